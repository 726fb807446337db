"""One drop around a fault: customers come, something is done to them, and what happened is gathered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
from confluent_kafka import Consumer, KafkaError, TopicPartition

from salon_contracts.events import topics
from salon_contracts.events.coupons import ON_COUPON_CLAIMS
from salon_contracts.events.reading import UnknownEventType, UnreadableRecord, read_event
from tests.faults.clients.customers import Customer, Customers, Recorder, sessions_to
from tests.faults.ground import Scene
from tests.faults.history import Claim, History
from tests.faults.servers.in_main import InMain
from tests.harness.api_client import ApiClient
from tests.harness.histories.drop import CouponRow

LAST_PACE = 200


@dataclass(frozen=True)
class Drop:
    customers: int
    quantity: int
    pace: int
    arrive_seconds: float = 3.0
    finish_seconds: float = 90.0
    remembers_ticket: bool = True
    line_order: str = "fifo"
    opens_in_seconds: float = -2.0


@dataclass
class Stage:
    """What a fault may look at and set."""

    scene: Scene
    customers: Customers
    event_id: str
    injected_at: float = 0.0
    orphaned: frozenset[int] = field(default_factory=frozenset)

    def injecting(self) -> None:
        self.injected_at = time.monotonic()


Fault = Callable[[Stage], Awaitable[None]]


@dataclass
class OpenDrop:
    """A drop that is open, and its customers, who have not come yet."""

    main: InMain
    drop: Drop
    event_id: str
    people: Sequence[dict[str, Any]]
    customers: Customers

    @property
    def recorder(self) -> Recorder:
        return self.customers.recorder

    async def let_all_in(self) -> None:
        """So soon that the drop ends now: until here it was slow enough that people waited."""
        await asyncio.to_thread(self.main.set_pace, self.event_id, per_second=LAST_PACE)

    def come(self) -> None:
        self.customers.begin(over_seconds=self.drop.arrive_seconds)


async def open_drop(main: InMain, drop: Drop, sessions: Sequence[aiohttp.ClientSession]) -> OpenDrop:
    """Returns when a queue knows it. Customers use any of the sessions, and another one after a cut."""
    people = await asyncio.to_thread(main.tokens, drop.customers)
    event_id = await asyncio.to_thread(
        main.publish_drop,
        quantity=drop.quantity,
        pace=drop.pace,
        line_order=drop.line_order,
        opens_in_seconds=drop.opens_in_seconds,
    )
    await ApiClient(sessions[0]).expect_soon(200, method="GET", path=f"/queue/v1/events/{event_id}")
    recorder = Recorder()
    customers = [_customer(person, sessions, event_id, recorder, drop) for person in people]
    return OpenDrop(main=main, drop=drop, event_id=event_id, people=people, customers=Customers(customers, recorder))


async def play(scene: Scene, drop: Drop, fault: Fault) -> History:
    """Inject while the drop runs, wait until everybody heard a final word, then gather the whole history."""
    urls = [scene.queue_url(index) for index in range(len(scene.queues))]
    async with sessions_to(urls) as sessions:
        opened = await open_drop(scene.ground, drop, sessions)
        stage = Stage(scene=scene, customers=opened.customers, event_id=opened.event_id)
        opened.come()
        try:
            await fault(stage)
            await opened.customers.finish(seconds=drop.finish_seconds)
        finally:
            await opened.customers.finish(seconds=0)
        return await history_of(opened, sessions, injected_at=stage.injected_at, orphaned=stage.orphaned)


def _customer(
    person: dict[str, Any], sessions: Sequence[aiohttp.ClientSession], event_id: str, recorder: Recorder, drop: Drop
) -> Customer:
    return Customer(
        account_id=person["id"],
        token=person["access_token"],
        sessions=sessions,
        event_id=event_id,
        recorder=recorder,
        remembers_ticket=drop.remembers_ticket,
    )


async def history_of(
    opened: OpenDrop,
    sessions: Sequence[aiohttp.ClientSession],
    *,
    injected_at: float,
    orphaned: frozenset[int] = frozenset(),
) -> History:
    """All that was said and heard, and what the line, the log of claims and MySQL have."""
    main, drop, event_id, recorder = opened.main, opened.drop, opened.event_id, opened.recorder
    issued_by_line = await _issued_by_line(sessions, event_id)
    exported = await asyncio.to_thread(main.export_drop, event_id)
    draw = await asyncio.to_thread(main.public_draw, event_id) if drop.line_order == "lottery" else {}
    return History(
        entries=dict(recorder.entries),
        draw=draw,
        quantity=drop.quantity,
        customers=frozenset(person["id"] for person in opened.people),
        operations=tuple(recorder.operations),
        places=tuple(recorder.places),
        final_words=tuple(recorder.final_words),
        frames=tuple(recorder.frames.values()),
        claims=tuple(await asyncio.to_thread(claims_of, event_id, main.brokers)),
        rows=tuple(_row(coupon) for coupon in exported["coupons"]),
        issued_by_line=issued_by_line,
        injected_at=injected_at,
        orphaned=orphaned,
    )


async def _issued_by_line(sessions: Sequence[aiohttp.ClientSession], event_id: str) -> int:
    for session in sessions:
        with suppress(aiohttp.ClientConnectorError):  # the one that was killed
            status = await ApiClient(session).expect_soon(200, method="GET", path=f"/queue/v1/events/{event_id}")
            return int(status["issued"])
    raise RuntimeError("no queue answers")


def claims_of(event_id: str, brokers: str) -> list[Claim]:
    """What the line sent to main about one event, in the order of the log."""
    topic = topics.COUPON_CLAIMS.name
    settings = {"bootstrap.servers": brokers, "group.id": uuid4().hex, "enable.partition.eof": True}
    consumer = Consumer({**settings, "enable.auto.commit": False})
    try:
        unread = set(consumer.list_topics(topic, timeout=10).topics[topic].partitions)
        consumer.assign([TopicPartition(topic, partition, 0) for partition in unread])
        claims: list[Claim] = []
        while unread:
            for record in consumer.consume(1000, 0.2):
                error = record.error()
                if error is not None:
                    assert error.code() == KafkaError._PARTITION_EOF, error
                    unread.discard(record.partition() or 0)
                    continue
                claim = _claim_in(record.value())
                if claim is not None and str(claim.coupon_event_id) == event_id:
                    claims.append(Claim(customer=claim.customer_id, number=claim.number, serial=claim.serial))
        return claims
    finally:
        consumer.close()


def _claim_in(value: bytes | None) -> Any:
    try:
        return read_event(value, known=ON_COUPON_CLAIMS)
    except (UnreadableRecord, UnknownEventType):
        return None


def _row(coupon: dict[str, Any]) -> CouponRow:
    return CouponRow(
        coupon_id=coupon["coupon_id"],
        customer=coupon["customer_id"],
        serial=coupon["serial"],
        number=coupon["number"],
    )
