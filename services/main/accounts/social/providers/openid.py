"""Google and Kakao, by OpenID Connect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import jwt

from accounts.social.errors import unproved
from accounts.social.providers.published import Published
from accounts.social.providers.remote import Remote
from accounts.social.providers.vouched import (
    ABOUT_THE_CODE,
    Proof,
    Vouched,
    confirmed_email,
    first_name_in,
    query_for_code,
    uid_in,
)
from salon_contracts.http.problem import Problem
from salon_kit.logs import get_logger

log = get_logger(__name__)

LEEWAY_SECONDS = 30
ALGORITHMS = ["RS256"]
_REQUIRED = ["iss", "aud", "sub", "iat", "exp"]


@dataclass
class OpenIdProvider:
    """`app_ids` are those of our apps: a token that was made for one of them was made for us."""

    name: str
    client_id: str
    client_secret: str
    app_ids: frozenset[str]
    scope: str
    remote: Remote
    published: Published

    def authorization_url(self, *, state: str, nonce: str, challenge: str, redirect_uri: str, deadline: float) -> str:
        """Where a browser goes. Raises ProviderAway."""
        query = query_for_code(client_id=self.client_id, redirect_uri=redirect_uri, state=state, challenge=challenge)
        query |= {"scope": self.scope, "nonce": nonce}
        return f"{self.published.endpoints(deadline=deadline).authorization}?{urlencode(query)}"

    def by_code(self, proof: Proof, *, deadline: float) -> Vouched:
        """Raises UnprovedIdentity, ProviderAway."""
        endpoints = self.published.endpoints(deadline=deadline)
        form = proof.form(client_id=self.client_id, client_secret=self.client_secret)
        status, document = self.remote.post(endpoints.token, deadline=deadline, form=form)
        if status != 200:
            raise self._refused(document)
        claims = self._claims(document.get("id_token"), {self.client_id}, proof.nonce, deadline)
        if "email" in claims and "email_verified" not in claims and endpoints.userinfo:
            # Kakao says only there whether an address is confirmed.
            claims |= self._profile(endpoints.userinfo, document.get("access_token"), claims["sub"], deadline)
        return self._vouched(claims)

    def by_id_token(self, token: str, *, nonce: str | None, deadline: float) -> Vouched:
        """Raises UnprovedIdentity, ProviderAway."""
        return self._vouched(self._claims(token, {self.client_id, *self.app_ids}, nonce, deadline))

    def _vouched(self, claims: Mapping[str, Any]) -> Vouched:
        return Vouched(
            provider=self.name,
            uid=uid_in(claims["sub"], provider=self.name),
            email=confirmed_email(claims),
            name=first_name_in(claims.get("name"), claims.get("nickname")),
        )

    def _claims(self, token: Any, audience: set[str], nonce: str | None, deadline: float) -> dict[str, Any]:
        """Of an id token for one of these apps of ours, and no other, which was asked for with this nonce."""
        try:
            key_id = jwt.get_unverified_header(token).get("kid")
            claims: dict[str, Any] = jwt.decode(
                token,
                self.published.key(key_id, deadline=deadline),
                algorithms=ALGORITHMS,
                audience=sorted(audience),
                # Google may leave the scheme out.
                issuer=[self.published.issuer, self.published.issuer.removeprefix("https://")],
                leeway=LEEWAY_SECONDS,
                options={"require": _REQUIRED},
            )
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise unproved(self.name, type(error).__name__) from error
        made_for = {claims["aud"]} if isinstance(claims["aud"], str) else set(claims["aud"])
        asked_by = str(claims.get("azp", self.client_id))
        if not made_for <= audience or asked_by not in {self.client_id, *self.app_ids}:
            raise unproved(self.name, "made for another app too")
        if claims.get("nonce") != nonce:
            raise unproved(self.name, "another nonce")
        return claims

    def _profile(self, url: str, access_token: Any, uid: Any, deadline: float) -> dict[str, Any]:
        status, document = self.remote.get(url, deadline=deadline, bearer=str(access_token))
        if status != 200 or document.get("sub") != uid:
            raise self.remote.away("profile not readable")
        return {name: document[name] for name in ("email", "email_verified") if name in document}

    def _refused(self, document: Mapping[str, Any]) -> Problem:
        reason = str(document.get("error"))[:50]
        if reason in ABOUT_THE_CODE:
            return unproved(self.name, reason)
        log.error("provider_refuses_us", provider=self.name, reason=reason)
        return self.remote.away(reason)
