"""After Redis was lost: until when a line has to wait for main's answers, which settlement reads again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.line.event_catalog import EventCatalog
from coupon_queue.line.line_by_line import LineByLine
from coupon_queue.line.records import Records
from salon_contracts.events import topics
from salon_kit.kafka.partition_reader import Read
from salon_kit.logs import get_logger

log = get_logger(__name__)


class Rereading:
    """Releases a line once `coupons` is read up to where it ended when the line was found waiting.

    How far it is read is taken from the reader, ends of partitions included: a partition may end with
    what is no record, or have none left, and the position of the last record would never get there.
    """

    def __init__(self, *, redis: Redis, catalog: EventCatalog, look_seconds: float = 0.25) -> None:
        self._look_seconds = look_seconds
        self._redis = redis
        self._catalog = catalog
        self._read_to: dict[int, int] = {}
        self._goals: dict[tuple[UUID, str], dict[int, int]] = {}
        self._looked_at = 0.0
        self._each = LineByLine("settlement")

    def begins_at(self, positions: Mapping[int, int]) -> None:
        self._read_to = dict(positions)

    def has_read(self, read: Read) -> None:
        """These are settled."""
        self._read_to.update(read.next_offsets)

    async def look(self, records: Records, *, held: Mapping[int, int]) -> None:
        """Now and then: release the lines that have waited long enough."""
        if time.monotonic() - self._looked_at < self._look_seconds:
            return
        current = [event.coupon_event_id for event in self._catalog.current()]
        losses = await scripts.losses_without_answers(self._redis, event_ids=current)
        await self._set_goals(records, losses)
        # Else what was read was read into the Redis that is gone.
        if self._goals and await scripts.positions(self._redis) == held:
            await self._release()
        self._looked_at = time.monotonic()

    async def _set_goals(self, records: Records, losses: Mapping[UUID, str]) -> None:
        self._goals = {waiting: goal for waiting, goal in self._goals.items() if waiting in losses.items()}
        fresh = losses.items() - self._goals.keys()
        if fresh:
            ends = await records.ends_of(topics.COUPONS.name)
            self._goals |= dict.fromkeys(fresh, ends)

    async def _release(self) -> None:
        reached = [waiting for waiting, goal in self._goals.items() if self._has_reached(goal)]
        for event_id, loss in reached:
            if self._each.rests(event_id):
                continue
            with self._each.apart(event_id):
                await scripts.answers_read(self._redis, event_id=event_id, loss=loss)
                log.info("answers_read_again", coupon_event_id=str(event_id))

    def _has_reached(self, goal: Mapping[int, int]) -> bool:
        return all(self._read_to.get(partition, 0) >= end for partition, end in goal.items())
