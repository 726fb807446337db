"""What main signs into an access token and every service reads there. The signature is each service's own affair."""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from salon_contracts.http.problem import InvalidToken, SignedInAsAnother

ISSUER = "daengdaeng-main"
AUDIENCE = "daengdaeng"
ALGORITHM = "RS256"
COOKIE = "salon_access"
BYTES_MAX = 4096
# Others may change what a token means ("crit", "b64"), and we would not know how.
HEADERS_KNOWN = frozenset({"alg", "typ", "kid"})
ROLES = frozenset({"customer", "groomer", "operator", "simulated"})
# Two clocks may differ by so much. It does not lengthen a token's life: main made `exp` and knows what it meant.
LEEWAY_SECONDS = 30

ON_BEHALF_OF_HEADER = "Salon-Account"
ON_BEHALF_OF_PARAMETER = "account"

# From base64url to base64; what is only in the latter becomes what is in neither.
_TO_BASE64 = bytes.maketrans(b"-_+/=", b"+/!!!")
_ID_MAX = 1 << 63
_ID_DIGITS = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
_SESSION_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# 9999-12-31: what every clock and calendar of ours can hold.
_TIME_MAX = 253_402_300_799


class Bearer(NamedTuple):
    """Whom a token stands for. `expires_at` is in seconds of Unix time."""

    account_id: int
    role: str
    expires_at: int
    session_id: str | None
    email_confirmed: bool | None = None
    """None: main signed this before it wrote the claim, and nobody knows. So with those that follow."""
    account_made_at: int | None = None
    """In seconds of Unix time."""
    has_dog: bool | None = None


def bearer_in(claims: Mapping[str, Any], *, now: float, leeway_of_iat: float = LEEWAY_SECONDS) -> Bearer:
    """Read the claims of a token whose signature is ours. `now` is Unix time, `leeway_of_iat` in seconds.

    Raises InvalidToken, also for a claim of another type than main writes: a library that takes "1", 1.0 or true for
    a number would fail on, or let in, what another service refuses.
    """
    expires = _time(claims.get("exp"))
    if not expires > now or _time(claims.get("iat")) > now + leeway_of_iat:
        raise InvalidToken
    if "nbf" in claims and _time(claims["nbf"]) > now + LEEWAY_SECONDS:
        raise InvalidToken
    _insist_on_ours(claims)
    role = claims.get("role")
    if not isinstance(role, str) or role not in ROLES:
        raise InvalidToken
    account_id = _account_id(claims.get("sub"))
    return Bearer(account_id, role, expires, _session_id(claims), **_standing(claims))


def insist_on_known_header(header: Mapping[str, Any]) -> None:
    """Raises InvalidToken. Never lets the token choose: "none" and HS256 with our public key end here."""
    if header.get("alg") != ALGORITHM or not header.keys() <= HEADERS_KNOWN:
        raise InvalidToken
    if not all(isinstance(value, str) for value in header.values()):
        raise InvalidToken


def segment_of(written: bytes) -> bytes:
    """From base64url. Raises ValueError, also for what is not the one way to write these bytes.

    The last letter has bits to spare, and padding is not written.
    """
    padded = written.translate(_TO_BASE64) + b"=" * (-len(written) % 4)
    decoded = binascii.a2b_base64(padded, strict_mode=True)
    rest = len(decoded) % 3
    if rest and binascii.b2a_base64(decoded[-rest:], newline=False) != padded[-4:]:
        raise ValueError("not how base64url is written")
    return decoded


def json_object_in(raw: bytes) -> dict[str, Any]:
    """One JSON object in UTF-8, read as strictly as orjson does. Raises ValueError, OverflowError or RecursionError."""
    facts = json.loads(raw.decode(), parse_int=_whole_number)
    if not isinstance(facts, dict):
        raise ValueError("not a JSON object")
    # NaN, infinity and half a character can be read, and cannot be written.
    json.dumps(facts, ensure_ascii=False, allow_nan=False).encode()
    return facts


def _whole_number(digits: str) -> int:
    """Raises OverflowError: larger than any number of JSON that others can hold."""
    number = int(digits)
    float(number)
    return number


def insist_on_same_account(account_id: int, *, header: str | None, query_string: str) -> None:
    """Raises SignedInAsAnother: the page says on whose behalf it acts, and the token is somebody else's.

    Of two tabs one may still show the person who was signed in before. What it asks for is not done as the other.
    """
    named = [] if header is None else [header.strip()]
    if ON_BEHALF_OF_PARAMETER in query_string:
        named += [value for name, value in _parameters(query_string) if name == ON_BEHALF_OF_PARAMETER]
    if any(name != str(account_id) for name in named):
        raise SignedInAsAnother


def _parameters(query_string: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query_string, keep_blank_values=True, max_num_fields=100)
    except ValueError as error:
        raise SignedInAsAnother from error  # so many that nobody knows whom they name


def _insist_on_ours(claims: Mapping[str, Any]) -> None:
    audience, token_id = claims.get("aud"), claims.get("jti")
    for_us = audience == AUDIENCE if isinstance(audience, str) else _names_us(audience)
    if claims.get("iss") != ISSUER or not for_us or claims.get("type") != "access":
        raise InvalidToken
    if not isinstance(token_id, str) or not token_id:
        raise InvalidToken


def _names_us(audience: object) -> bool:
    return isinstance(audience, list) and all(isinstance(one, str) for one in audience) and AUDIENCE in audience


def _time(value: object) -> int:
    # bool is an int to isinstance.
    if type(value) is not int or not 0 <= value <= _TIME_MAX:
        raise InvalidToken
    return value


def _account_id(subject: object) -> int:
    """One spelling for each account: no zeros in front, no signs, no digits of other scripts."""
    if not isinstance(subject, str) or not _ID_DIGITS.fullmatch(subject) or int(subject) >= _ID_MAX:
        raise InvalidToken
    return int(subject)


def _session_id(claims: Mapping[str, Any]) -> str | None:
    if "sid" not in claims:
        return None
    session_id = claims["sid"]
    if not isinstance(session_id, str) or not _SESSION_ID.fullmatch(session_id):
        raise InvalidToken
    return session_id


def _standing(claims: Mapping[str, Any]) -> dict[str, Any]:
    """What coupon events may ask of an account, as it was when the token was signed."""
    standing: dict[str, Any] = {
        name: _yes_or_no(claims[name]) for name in ("email_confirmed", "has_dog") if name in claims
    }
    if "account_made_at" in claims:
        standing["account_made_at"] = _time(claims["account_made_at"])
    return standing


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidToken
    return value
