"""Naver, which speaks OAuth 2 only.

A token of Naver's names no app, so one that somebody brings is worth nothing: it may have been given to any app, whose
maker could sign in with it as each of its users. A code is exchanged with our secret, which proves that it was for us.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from accounts.social.errors import unproved
from accounts.social.providers.remote import Remote
from accounts.social.providers.vouched import ABOUT_THE_CODE, Proof, Vouched, first_name_in, query_for_code, uid_in
from api.language import words
from salon_contracts.http.problem import InvalidInput
from salon_kit.logs import get_logger

log = get_logger(__name__)

_GOOD = "00"


@dataclass
class Naver:
    client_id: str
    client_secret: str
    server: str
    api: str
    remote: Remote
    name: str = "naver"

    def authorization_url(self, *, state: str, nonce: str, challenge: str, redirect_uri: str, deadline: float) -> str:
        """Where a browser goes. Its documents know `state` only; what they do not know is passed over."""
        query = query_for_code(client_id=self.client_id, redirect_uri=redirect_uri, state=state, challenge=challenge)
        return f"{self.server}/oauth2.0/authorize?{urlencode(query)}"

    def by_code(self, proof: Proof, *, deadline: float) -> Vouched:
        """Raises UnprovedIdentity, ProviderAway. No address: the one that Naver gives was checked by nobody."""
        form = {**proof.form(client_id=self.client_id, client_secret=self.client_secret), "state": proof.state}
        # Its refusals are 200 too.
        status, document = self.remote.post(f"{self.server}/oauth2.0/token", deadline=deadline, form=form)
        token = document.get("access_token")
        if not isinstance(token, str) or not token.isascii():
            reason = str(document.get("error"))[:50]
            if reason in ABOUT_THE_CODE:
                raise unproved(self.name, reason)
            log.error("provider_refuses_us", provider=self.name, reason=reason, status=status)
            raise self.remote.away(reason)
        _, profile = self.remote.get(f"{self.api}/v1/nid/me", deadline=deadline, bearer=token)
        person = profile.get("response")
        if profile.get("resultcode") != _GOOD or not isinstance(person, dict):
            raise self.remote.away("profile not readable")
        name = first_name_in(person.get("name"), person.get("nickname"))
        return Vouched(provider=self.name, uid=uid_in(person.get("id"), provider=self.name), email=None, name=name)

    def by_id_token(self, token: str, *, nonce: str | None, deadline: float) -> Vouched:
        """Raises InvalidInput: there is none."""
        detail = words(
            en="Naver has none; send code and code_verifier", ko="네이버는 code와 code_verifier로 보내 주세요"
        )
        raise InvalidInput(errors=[{"field": "id_token", "code": "unknown", "detail": detail}])
