"""Wrapper of begin_send.lua."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

from redis.asyncio import Redis

from salon_contracts.events.chat import Cursor
from salon_kit.redis.script import Script

_SCRIPT = Script.beside(__file__, with_rate_limit=True)

KEEP_MS = 24 * 60 * 60 * 1000
MESSAGES_PER_SECOND = 10
BURST = 100


class Verdict(StrEnum):
    FRESH = "fresh"
    UNKNOWN = "unknown"
    ACKNOWLEDGED = "acknowledged"
    REUSED = "reused"
    TOO_FAST = "too-fast"


class Begun(NamedTuple):
    """`cursor` with ACKNOWLEDGED, `wait_ms` with TOO_FAST, `other_words_stand` with REUSED: they were acknowledged."""

    verdict: Verdict
    cursor: Cursor | None = None
    wait_ms: int = 0
    other_words_stand: bool = False


async def begin_send(redis: Redis, *, sender_id: int, name: str, digest: str) -> Begun:
    """`digest` stands for the words: the same name with other words is another message."""
    keys = (marker_key(sender_id=sender_id, name=name), f"chat:{{{sender_id}}}:paid")
    answer: list[Any] = await _SCRIPT(redis, keys=keys, args=(digest, KEEP_MS, MESSAGES_PER_SECOND, BURST))
    verdict, fact = answer[0], answer[1] if len(answer) > 1 else None
    match Verdict(verdict):
        case Verdict.ACKNOWLEDGED:
            return Begun(Verdict.ACKNOWLEDGED, cursor=Cursor.parse(str(fact)))
        case Verdict.TOO_FAST:
            return Begun(Verdict.TOO_FAST, wait_ms=int(str(fact)))
        case Verdict.REUSED:
            return Begun(Verdict.REUSED, other_words_stand=int(str(fact)) == 1)
        case other:
            return Begun(other)


def marker_key(*, sender_id: int, name: str) -> str:
    return f"chat:{{{sender_id}}}:sent:{name}"
