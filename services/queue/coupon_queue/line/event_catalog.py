"""Every coupon event that main has published, as every instance knows it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.background import retry_forever
from coupon_queue.line.passed_over import passed_over
from coupon_queue.line.records import Records, events_in, reading
from coupon_queue.outages import is_outage
from coupon_queue.scripts.shared.key_table import LINE_KEPT
from salon_contracts.events import topics
from salon_contracts.events.coupons import ON_COUPON_EVENTS, CouponEventChangedV1
from salon_kit.logs import get_logger
from salon_kit.tracing import traced

log = get_logger(__name__)

# How long after its end an event is still looked after. Generous, because it is judged by this machine's clock.
_LOOKED_AFTER = timedelta(days=1)


class EventCatalog:
    """Reads the compacted topic from its beginning, without a group, and announces to each line what changed."""

    def __init__(self, *, redis: Redis, brokers: str, instance: str) -> None:
        self._redis = redis
        self._brokers = brokers
        self._instance = instance
        self._events: dict[UUID, CouponEventChangedV1] = {}
        self._unannounced: set[UUID] = set()
        self._announced: set[UUID] = set()
        # Where each partition ended when reading began, for those that are not read so far.
        self._unread: dict[int, int] = {}
        self.caught_up = asyncio.Event()
        self._on_change: list[Callable[[UUID], None]] = []

    def on_change(self, changed: Callable[[UUID], None]) -> None:
        """Call `changed` after a line got something new from the operator."""
        self._on_change.append(changed)

    def get(self, event_id: UUID) -> CouponEventChangedV1 | None:
        return self._events.get(event_id)

    def current(self) -> list[CouponEventChangedV1]:
        """The events that a leader has to look after."""
        oldest = datetime.now(UTC) - _LOOKED_AFTER
        return [event for event in self._events.values() if event.closes_at > oldest]

    async def announce_again(self, event_id: UUID) -> bool:
        """Announce to a line that forgot its event (Redis was lost). False when we do not know the event either."""
        event = self._events.get(event_id)
        if event is None:
            return False
        await scripts.announce(self._redis, event=event, announced_before=event_id in self._announced)
        self._announced.add(event_id)
        return True

    async def run(self) -> None:
        async with reading(brokers=self._brokers, name=f"queue-catalog-{self._instance}") as records:
            await retry_forever("event_catalog", lambda: self._follow(records))

    async def _follow(self, records: Records) -> None:
        if not self._unread and not self.caught_up.is_set():
            ends = await records.ends_of(topics.COUPON_EVENTS.name)
            await records.read_from(topics.COUPON_EVENTS.name, dict.fromkeys(ends, 0))
            self._unread = ends
        read = await records.next_batch(wait_seconds=0.2, limit=500)
        async for event in events_in(read.records, known=ON_COUPON_EVENTS):
            self._take(event)
        self._note_read(read.next_offsets)
        for event_id in list(self._unannounced):
            await self._announce_or_set_aside(event_id)
            self._unannounced.discard(event_id)

    async def _announce_or_set_aside(self, event_id: UUID) -> None:
        """What one event breaks must not keep the others: its line stays as it was."""
        try:
            # What is long over is not brought back.
            if self._events[event_id].closes_at > datetime.now(UTC) - LINE_KEPT:
                await self.announce_again(event_id)
            for changed in self._on_change:
                changed(event_id)
        except Exception as error:
            if is_outage(error):
                raise
            name, facts = topics.COUPON_EVENTS.name, {"coupon_event_id": str(event_id)}
            with traced(self._events[event_id].trace_id):
                passed_over.note(log.exception, "record_set_aside", topic=name, outcome="set-aside", **facts)

    def _note_read(self, next_offsets: Mapping[int, int]) -> None:
        self._unread = {n: end for n, end in self._unread.items() if next_offsets.get(n, -1) < end}
        if not self._unread and not self.caught_up.is_set():
            self.caught_up.set()
            log.info("catalog_caught_up", events=len(self._events))

    def _take(self, event: CouponEventChangedV1) -> None:
        known = self._events.get(event.coupon_event_id)
        if known is None or event.revision > known.revision:
            self._events[event.coupon_event_id] = event
            self._unannounced.add(event.coupon_event_id)
            with traced(event.trace_id):
                log.info("coupon_event_known", coupon_event_id=str(event.coupon_event_id), revision=event.revision)
