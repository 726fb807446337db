from __future__ import annotations

from typing import NamedTuple, Self
from uuid import UUID

import orjson
from redis.asyncio import Redis

from coupon_queue.scripts.shared.line_keys import line_key, line_keys
from coupon_queue.scripts.shared.lua import line_script

_report = line_script("operator/report")


class Report(NamedTuple):
    """What one instance alone knows about a line. `window` is the leader's, None from the others."""

    streams: int
    joins_per_second: float
    refusals: dict[str, int]
    window: int | None

    def text(self) -> bytes:
        return orjson.dumps(self._asdict())

    @classmethod
    def read(cls, text: str) -> Self:
        facts = orjson.loads(text)
        return cls(**{name: facts[name] for name in cls._fields})


def report_keys(event_id: UUID) -> tuple[str, ...]:
    return (*line_keys(event_id), line_key(event_id, "reports"), line_key(event_id, "reported"))


async def report(redis: Redis, *, event_id: UUID, instance: str, report: Report) -> None:
    """For whichever instance an operator asks."""
    await _report(redis, keys=report_keys(event_id), args=[instance, report.text()])
