"""Draws the order of each lottery (docs/decisions/0011): publishes who takes part, and gives numbers by main's seed."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.background import retry_forever, wait_for
from coupon_queue.leader.draws import pages as draw_pages
from coupon_queue.leader.lines import Lines
from coupon_queue.leader.producers import new_producer
from coupon_queue.leader.signals import LineSignals
from coupon_queue.line.event_catalog import EventCatalog
from coupon_queue.line.line_by_line import LineByLine
from coupon_queue.line.tickets import Tickets
from coupon_queue.scripts import Lot, Term
from coupon_queue.settings import Settings
from salon_contracts.events.coupons import CouponEventChangedV1
from salon_contracts.verify.draw import commitment_of, digest_of, drawn_order
from salon_kit.kafka.producer import KafkaProducer
from salon_kit.logs import get_logger
from salon_kit.tracing import traced

log = get_logger(__name__)

_LOTS_AT_ONCE = 200  # Redis does nothing else meanwhile: about 4 ms
_LOOK_SECONDS = 0.25
# After the list was published, or what main sent did not fit together: only a change of the event is looked at sooner.
_WAIT_FOR_CHANGE_SECONDS = 10.0


@dataclass(frozen=True)
class _Entrants:
    """Who is registered here, by the name under which each takes part."""

    account_by_entry: dict[str, int]
    digest: str


class Drawing:
    """Each step may be repeated, by this leader or the next: the list is shut and the seed is committed to."""

    def __init__(
        self,
        settings: Settings,
        *,
        redis: Redis,
        catalog: EventCatalog,
        lines: Lines,
        tickets: Tickets,
        signals: LineSignals,
    ) -> None:
        self._settings = settings
        self._redis = redis
        self._catalog = catalog
        self._lines = lines
        self._tickets = tickets
        self._signals = signals
        self._each = LineByLine("drawing")
        self._waits_since: dict[tuple[UUID, int], float] = {}  # event, revision

    async def run(self, term: Term) -> None:
        self._waits_since.clear()
        thread = ThreadPoolExecutor(1, thread_name_prefix="queue-drawing")
        producer = new_producer(self._settings, name=f"queue-drawing-{term.epoch}")
        try:
            await retry_forever("drawing", lambda: self._draw_all(term, producer, thread))
        finally:
            thread.submit(producer.close, flush_seconds=0)
            thread.shutdown(wait=False)

    async def _draw_all(self, term: Term, producer: KafkaProducer, thread: ThreadPoolExecutor) -> None:
        self._signals.drawing.clear()
        for event_id in self._each.sound(self._lines.drawing()):
            event = self._catalog.get(event_id)
            if event is None or event.draw is None or self._waits(event):
                continue
            with self._each.apart(event_id), traced(event.trace_id):
                await self._draw_or_publish(event, term, producer, thread)
        await wait_for(self._signals.drawing, seconds=_LOOK_SECONDS)

    async def _draw_or_publish(
        self, event: CouponEventChangedV1, term: Term, producer: KafkaProducer, thread: ThreadPoolExecutor
    ) -> None:
        event_id = event.coupon_event_id
        accounts = await scripts.registered(self._redis, event_id=event_id)
        if accounts is None:
            return
        entrants = await asyncio.to_thread(self._entrants, event_id, accounts)
        if event.draw is None or event.draw.seed is None:
            await self._publish_entries(event, entrants, producer, thread)
        else:
            await self._draw(event, entrants, term)

    def _waits(self, event: CouponEventChangedV1) -> bool:
        """Reading the list and working out its entries takes tenths of a second, and would come to the same again."""
        since = self._waits_since.get((event.coupon_event_id, event.revision))
        return since is not None and time.monotonic() - since < _WAIT_FOR_CHANGE_SECONDS

    def _wait_for_change(self, event: CouponEventChangedV1) -> None:
        self._waits_since[event.coupon_event_id, event.revision] = time.monotonic()

    def _entrants(self, event_id: UUID, accounts: list[int]) -> _Entrants:
        by_entry = {self._tickets.entry(event_id=event_id, account_id=account): account for account in accounts}
        return _Entrants(by_entry, digest_of(event_id=str(event_id), entries=by_entry))

    async def _publish_entries(
        self, event: CouponEventChangedV1, entrants: _Entrants, producer: KafkaProducer, thread: ThreadPoolExecutor
    ) -> None:
        pages = draw_pages.pages_of(
            event_id=event.coupon_event_id,
            entries=sorted(entrants.account_by_entry),
            digest=entrants.digest,
            trace_id=event.trace_id,
        )
        await draw_pages.publish(producer, thread, pages=pages, seconds=self._settings.kafka_delivery_seconds + 1)
        self._wait_for_change(event)
        log.info(
            "draw_entries_published",
            coupon_event_id=str(event.coupon_event_id),
            entries=len(entrants.account_by_entry),
            entries_digest=entrants.digest,
        )

    async def _draw(self, event: CouponEventChangedV1, entrants: _Entrants, term: Term) -> None:
        event_id, lots = event.coupon_event_id, await self._lots(event, entrants)
        if lots is None:
            self._wait_for_change(event)
            return
        given, entries = 0, sum(lot.number > 0 for lot in lots)
        for start in range(0, max(1, len(lots)), _LOTS_AT_ONCE):
            given += await scripts.draw(
                self._redis,
                event_id=event_id,
                term=term,
                lots=lots[start : start + _LOTS_AT_ONCE],
                entries=entries,
                is_last=start + _LOTS_AT_ONCE >= len(lots),
                grace_seconds=self._settings.grace_seconds,
            )
        log.info("lottery_drawn", coupon_event_id=str(event_id), entries=entries, given=given)
        self._signals.drawn(event_id)

    async def _lots(self, event: CouponEventChangedV1, entrants: _Entrants) -> list[Lot] | None:
        """Everybody's number; None (and an error in the log) when what main sent does not fit together."""
        event_id, draw = event.coupon_event_id, event.draw
        if draw is None or draw.seed is None or draw.entries_digest is None:
            return None
        if commitment_of(event_id=str(event_id), seed=draw.seed) != draw.commitment:
            log.error("seed_breaks_its_commitment", coupon_event_id=str(event_id))
            return None
        entries: list[str] | None = list(entrants.account_by_entry)
        if entrants.digest != draw.entries_digest:  # Redis was lost since the list was published
            brokers = self._settings.kafka_brokers
            entries = await draw_pages.read_again(brokers=brokers, event_id=event_id, digest=draw.entries_digest)
        if entries is None:
            log.error("draw_entries_missing", coupon_event_id=str(event_id), entries_digest=draw.entries_digest)
            return None
        return await asyncio.to_thread(_in_order, draw.seed, draw.entries_digest, entries, entrants.account_by_entry)


def _in_order(seed: str, digest: str, entries: list[str], account_by_entry: dict[str, int]) -> list[Lot]:
    order = drawn_order(seed=seed, entries_digest=digest, entries=entries)
    lots = [Lot(number, account_by_entry.get(entry, 0), entry) for number, entry in enumerate(order, start=1)]
    listed = set(order)
    return lots + [Lot(0, account, entry) for entry, account in account_by_entry.items() if entry not in listed]
