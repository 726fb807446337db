"""Every key that queue writes to Redis, who owns it and when it ends (docs/redis-keys.md is this table in words).

tests/test_keys.py holds it against a real Redis after a whole drop.
"""

from __future__ import annotations

import re
from datetime import timedelta
from enum import Enum
from typing import NamedTuple

# The same as in prelude.lua (`limit_lifetimes`).
LINE_KEPT = timedelta(days=7)


class Ends(Enum):
    WITH_ITS_LINE = "a week after the event's end; an hour after it was asked for when that is past"
    UNREPORTED = "two minutes after the last report"
    LEASE = "when the lease does (QUEUE_LEASE_SECONDS)"
    NEVER = "never: there is one of it, of bounded size"


class KeyPattern(NamedTuple):
    pattern: str
    owner: str
    ends: Ends

    def matches(self, key: str) -> bool:
        expression = re.escape(self.pattern).replace("<event>", _UUID).replace("<instance>", _NAME)
        return re.fullmatch(expression, key) is not None


_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NAME = r"[A-Za-z0-9_.-]+"

_OF_A_LINE = {
    "meta": "announce, and all that counts in a line",
    "numbers": "join, draw",
    "waiting": "join, draw, admit, settle",
    "claims": "admit; the relay takes out what Kafka has",
    "inflight": "admit, settle",
    "outcomes": "settle",
    "issued": "settle",
    "returned": "settle, admit",
    "gone": "leave, expire",
    "grace": "join, stream_closed, instance_lost, expire; gone with the line's last frame",
    "departed": "leave, expire, settle; a frame takes it out",
    "rejoined": "join, settle; a frame takes it out",
    "instances": "stream_opened, instance_lost",
    "meta:streams:<instance>": "stream_opened, stream_closed, instance_lost: empty when nobody listens",
    "public": "tick",
    "registered": "join; gone with the draw",
    "drawn": "draw",
}

KEYS: tuple[KeyPattern, ...] = (
    *(KeyPattern(f"line:{{<event>}}:{name}", owner, Ends.WITH_ITS_LINE) for name, owner in _OF_A_LINE.items()),
    KeyPattern("line:{<event>}:reports", "report", Ends.UNREPORTED),
    KeyPattern("line:{<event>}:reported", "report", Ends.UNREPORTED),
    KeyPattern("queue:{leader}:lock", "take_lead, resign", Ends.LEASE),
    KeyPattern("queue:{leader}:epoch", "take_lead: a number", Ends.NEVER),
    KeyPattern("queue:{positions}:coupons", "advance: a number for each partition", Ends.NEVER),
    KeyPattern("queue:{instances}:beats", "beat: one member for each instance that lives", Ends.NEVER),
)


def pattern_of(key: str) -> KeyPattern | None:
    return next((pattern for pattern in KEYS if pattern.matches(key)), None)
