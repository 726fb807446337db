"""What a provider says of a person, and what of it is believed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from accounts.credentials.canonical import UnfitEmail, canonical_email, is_nobodys
from accounts.social.errors import unproved
from api.inputs.text import UnfitText, clean_line

NAME_MAX_LENGTH = 50
_UID = re.compile(r"[\x21-\x7e]{1,255}")


class Vouched(NamedTuple):
    """Somebody of a provider, who has just signed in there, for us."""

    provider: str
    uid: str
    email: str | None
    """Canonical, and confirmed by the provider; what may be somebody else's is not here."""
    name: str | None


# Of the codes of RFC 6749 these are about what somebody brought; the others say that we are set up wrong.
ABOUT_THE_CODE = frozenset({"invalid_grant", "invalid_request"})


class Proof(NamedTuple):
    """A code, and what goes with it. Who got it must have what it was asked for with."""

    code: str
    redirect_uri: str
    code_verifier: str
    nonce: str | None
    state: str

    def form(self, *, client_id: str, client_secret: str) -> dict[str, str]:
        """What the provider is sent for the code (RFC 6749, 7636)."""
        return {
            "grant_type": "authorization_code",
            "code": self.code,
            "redirect_uri": self.redirect_uri,
            "client_id": client_id,
            "client_secret": client_secret,
            "code_verifier": self.code_verifier,
        }


def query_for_code(*, client_id: str, redirect_uri: str, state: str, challenge: str) -> dict[str, str]:
    """With what a browser goes to a provider and comes back with a code."""
    return {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }


def uid_in(value: Any, *, provider: str) -> str:
    """Raises UnprovedIdentity."""
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if not _UID.fullmatch(text):
        raise unproved(provider, "no id that can be kept")
    return text


def confirmed_email(claims: Mapping[str, Any]) -> str | None:
    """Of OpenID Connect's standard claims: only what the provider says it has confirmed."""
    if claims.get("email_verified") is not True or not isinstance(claims.get("email"), str):
        return None
    try:
        email = canonical_email(claims["email"])
    except UnfitEmail:
        return None
    return None if is_nobodys(email) else email


def first_name_in(*values: Any) -> str | None:
    """The first that may be a name here."""
    for value in values:
        if isinstance(value, str):
            try:
                if name := clean_line(value[: 4 * NAME_MAX_LENGTH])[:NAME_MAX_LENGTH].strip():
                    return name
            except UnfitText:
                continue
    return None
