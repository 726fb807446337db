"""What a provider says of a person, and what of it is believed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from accounts.credentials.canonical import UnfitEmail, canonical_email, is_nobodys
from accounts.social.errors import UnprovedIdentity
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


class Proof(NamedTuple):
    """A code, and what goes with it. Who got it must have what it was asked for with."""

    code: str
    redirect_uri: str
    code_verifier: str
    nonce: str | None
    state: str


def uid_in(value: Any) -> str:
    """Raises UnprovedIdentity."""
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if not _UID.fullmatch(text):
        raise UnprovedIdentity
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
