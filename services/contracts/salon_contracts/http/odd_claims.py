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
