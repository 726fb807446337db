"""The claims that no service may take, and the few odd ones that all take: one table, tried at every reader."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

_TABLE = Path(__file__).with_suffix(".json")


class OddClaims(NamedTuple):
    name: str
    payload: bytes
    is_good: bool


def odd_claims(good: Mapping[str, Any]) -> Iterator[OddClaims]:
    """Each row of the table put into good claims. By bytes: some of these numbers no JSON writer would write."""
    for row in json.loads(_TABLE.read_text()):
        claim = row["claim"]
        members = {name: json.dumps(value) for name, value in good.items() if name != claim}
        if "seconds_from_now" in row:
            members[claim] = str(int(time.time()) + row["seconds_from_now"])
        elif "json" in row:
            members[claim] = row["json"]
        payload = "{" + ",".join(f'"{name}":{value}' for name, value in members.items()) + "}"
        what = row.get("json", row.get("seconds_from_now", "absent"))
        yield OddClaims(f"{claim} {what}"[:60] + f": {row['why']}", payload.encode(), row["is_good"])


class OddToken(NamedTuple):
    """What to sign, and what to write behind the signature."""

    header: bytes
    payload: bytes
    behind: str
    is_good: bool


_HEADER = '{"alg":"RS256","typ":"JWT"}'
_MEMBERS_OF_NO_USE = {
    '"x":1.5e3': True,
    '"x":18446744073709551616': True,
    '"x":"\\ud83d\\udc36"': True,
    '"x":NaN': False,
    '"x":-Infinity': False,
    '"x":1e400': False,
    '"x":1' + "0" * 400: False,
    '"x":[{"y":-1' + "0" * 400 + "}]": False,
    '"x":"\\ud800"': False,
    '"\\udfff":1': False,
    '"x":01': False,
    '"x":"\t"': False,
}
_HEADERS = {
    '{"alg":"RS256"}': True,
    '{"alg":"RS256","kid":"1"}': False,  # a key that nobody has
    ' {"typ":"JWT", "alg":"RS256"} ': True,
    '{"alg":"RS256","kid":1}': False,
    '{"alg":"RS256","kid":null}': False,
    '{"alg":"RS256","kid":["1"]}': False,
    '{"alg":"RS256","typ":null}': False,
    '{"alg":"RS256","typ":1}': False,
    '{"alg":"RS256","kid":"\\ud800"}': False,
    '{"alg":"RS256","kid":NaN}': False,
    '{"alg":["RS256"]}': False,
    '{"alg":"RS256","x":"1"}': False,
    '["RS256"]': False,
    '"RS256"': False,
    "null": False,
    "": False,
}


def odd_tokens(good: Mapping[str, Any]) -> Iterator[OddToken]:
    """Headers, encodings and JSON that only some readers take: every service has to say the same of each."""
    payload = json.dumps(dict(good))
    for header, is_good in _HEADERS.items():
        yield OddToken(header.encode(), payload.encode(), "", is_good)
    for member, is_good in _MEMBERS_OF_NO_USE.items():
        yield OddToken(_HEADER.encode(), f"{payload[:-1]},{member}}}".encode(), "", is_good)
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        yield OddToken(_HEADER.encode(encoding), payload.encode(), "", is_good=False)
        yield OddToken(_HEADER.encode(), payload.encode(encoding), "", is_good=False)
    for behind in ("=", "==", ".", "A", "!", "+"):
        yield OddToken(_HEADER.encode(), payload.encode(), behind, is_good=False)
