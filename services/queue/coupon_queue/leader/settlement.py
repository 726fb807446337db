"""Reads main's answers to claims and settles them: yours, or back to the next in line."""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import nullcontext
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.background import retry_forever
from coupon_queue.leader.lines import Lines
from coupon_queue.leader.rereading import Rereading
from coupon_queue.leader.signals import LineSignals
from coupon_queue.line.activity import Activity
from coupon_queue.line.event_catalog import EventCatalog
from coupon_queue.line.passed_over import passed_over
from coupon_queue.line.records import Records, events_in, reading
from coupon_queue.outages import is_outage
from coupon_queue.scripts import Term
from coupon_queue.settings import Settings
from salon_contracts.events import topics
from salon_contracts.events.coupons import ON_COUPONS, CouponIssuedV1, CouponRefusedV1
from salon_kit.kafka.records import Record
from salon_kit.logs import get_logger
from salon_kit.spans.kafka import processing
from salon_kit.tracing import traced

log = get_logger(__name__)

_BATCH = 500
_WAIT_SECONDS = 0.25

Answer = CouponIssuedV1 | CouponRefusedV1


class Settlement:
    """Reads `coupons` without a group, from positions that stand in Redis beside the effects.

    So a new leader reads on within its first second (a group would wait for the dead one's session), and
    when Redis is lost or rolled back, its positions are too: the answers are read again and rebuild the line.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        redis: Redis,
        catalog: EventCatalog,
        lines: Lines,
        activity: Activity,
        signals: LineSignals,
    ) -> None:
        self._redis = redis
        self._brokers = settings.kafka_brokers
        self._catalog = catalog
        self._lines = lines
        self._activity = activity
        self._signals = signals
        self._positions: dict[int, int] = {}
        self._rereading = Rereading(redis=redis, catalog=catalog)
        self.records_behind = 0

    async def run(self, term: Term) -> None:
        async with reading(brokers=self._brokers, name=f"queue-settlement-{term.epoch}") as records:
            self._positions = {}
            await retry_forever("settlement", lambda: self._follow(records))

    async def _follow(self, records: Records) -> None:
        if not self._positions:
            await self._go_to_held_positions(records)
        read = await records.next_batch(wait_seconds=_WAIT_SECONDS, limit=_BATCH)
        if read.records:
            await self._settle_until_done(read.records)
            if not await self._advance(records, read.records):
                return
        elif await scripts.positions(self._redis) != self._held():
            await self._go_to_held_positions(records)
            return
        self._rereading.has_read(read)
        await self._rereading.look(records, held=self._held())

    async def _settle_until_done(self, fresh: list[Record]) -> None:
        try:
            with processing(fresh):
                await self._settle(fresh)
        except BaseException:
            self._positions = {}  # read this batch again, from where Redis says
            raise

    async def _go_to_held_positions(self, records: Records) -> None:
        held = await scripts.positions(self._redis)
        partitions = await records.partitions_of(topics.COUPONS.name)
        positions = {partition: held.get(partition, 0) for partition in partitions}
        await records.read_from(topics.COUPONS.name, positions)
        self._positions = positions
        self._rereading.begins_at(positions)
        log.info("settlement_reads_from", positions=positions)

    async def _advance(self, records: Records, fresh: list[Record]) -> bool:
        """False when Redis went back, and so did we."""
        ends = {record.partition: record.offset + 1 for record in fresh}
        for partition, position in ends.items():
            held = await scripts.advance(
                self._redis, partition=partition, expected=self._positions[partition], position=position
            )
            if held != position:
                log.warning("positions_went_back", partition=partition, expected=position, held=held)
                await self._go_to_held_positions(records)
                return False
            self._positions[partition] = position
        return True

    def _held(self) -> dict[int, int]:
        return {partition: position for partition, position in self._positions.items() if position}

    async def _settle(self, fresh: list[Record]) -> None:
        by_event: defaultdict[UUID, list[Answer]] = defaultdict(list)
        async for answer in events_in(fresh, known=ON_COUPONS):
            by_event[answer.coupon_event_id].append(answer)
        for event_id, answers in by_event.items():
            await self._settle_or_set_aside(event_id, answers)

    async def _settle_or_set_aside(self, event_id: UUID, answers: list[Answer]) -> None:
        """What one answer breaks must not keep the others: then each goes alone, and the broken one is passed over."""
        with traced(answers[0].trace_id) if len(answers) == 1 else nullcontext():
            try:
                await self._settle_one(event_id, answers)
            except Exception as error:
                if is_outage(error):
                    raise
                if len(answers) == 1:
                    facts = {"coupon_event_id": str(event_id), "claim_id": answers[0].claim_id}
                    name = topics.COUPONS.name
                    passed_over.note(log.exception, "record_set_aside", topic=name, outcome="set-aside", **facts)
                    return
                for answer in answers:
                    await self._settle_or_set_aside(event_id, [answer])

    async def _settle_one(self, event_id: UUID, answers: list[Answer]) -> None:
        settled = await scripts.settle(self._redis, event_id=event_id, answers=answers)
        if settled is None and await self._catalog.announce_again(event_id):
            settled = await scripts.settle(self._redis, event_id=event_id, answers=answers)
        if settled is None or not settled.changed:
            return
        line = self._lines.of(event_id)
        for seconds in settled.answer_seconds:
            line.window.answered(seconds)
        for reason in settled.refused:
            self._activity.refused(event_id, reason, now=time.monotonic())
        log.info(
            "claims_settled",
            coupon_event_id=str(event_id),
            settled=settled.changed,
            stock_left=settled.stock_left,
            in_flight=settled.in_flight,
        )
        self._lines.activate(event_id)
        self._signals.settled(decisive=settled.stock_left == 0 and settled.in_flight == 0)
