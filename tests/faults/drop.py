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
from tests.faults.crowds.customers import Customer, Customers, Recorder, doors
from tests.faults.ground import Scene
from tests.faults.history import Claim, History
from tests.harness.door import Door
from tests.harness.histories.drop import CouponRow


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
    crowd: Customers
    event_id: str
    injected_at: float = 0.0
    orphaned: frozenset[int] = field(default_factory=frozenset)

    def injecting(self) -> None:
        self.injected_at = time.monotonic()


Fault = Callable[[Stage], Awaitable[None]]


async def play(scene: Scene, drop: Drop, fault: Fault) -> History:
    """Inject while the drop runs, wait until everybody heard a final word, then gather the whole history."""
    ground, recorder = scene.ground, Recorder()
    people = await asyncio.to_thread(ground.tokens, drop.customers)
    event_id = await asyncio.to_thread(
        ground.publish_drop,
        quantity=drop.quantity,
        pace=drop.pace,
        line_order=drop.line_order,
        opens_in_seconds=drop.opens_in_seconds,
    )
    urls = [scene.queue_url(index) for index in range(len(scene.queues))]
    async with doors(urls) as sessions:
        await Door(sessions[0]).expect_soon(200, method="GET", path=f"/queue/v1/events/{event_id}")
        crowd = Customers([_customer(person, sessions, event_id, recorder, drop) for person in people], recorder)
        stage = Stage(scene=scene, crowd=crowd, event_id=event_id)
        crowd.begin(over_seconds=drop.arrive_seconds)
        try:
            await fault(stage)
            await crowd.finish(seconds=drop.finish_seconds)
        finally:
            await crowd.finish(seconds=0)
        issued_by_line = await _issued_by_line(sessions, event_id)
    return await _history(stage, drop, recorder, people, issued_by_line)


def _customer(
    person: dict[str, Any], sessions: Sequence[aiohttp.ClientSession], event_id: str, recorder: Recorder, drop: Drop
) -> Customer:
    return Customer(
        account_id=person["id"],
        token=person["access_token"],
        doors=sessions,
        event_id=event_id,
        recorder=recorder,
        remembers_ticket=drop.remembers_ticket,
    )


async def _history(
    stage: Stage, drop: Drop, recorder: Recorder, people: Sequence[dict[str, Any]], issued_by_line: int
) -> History:
    ground, event_id = stage.scene.ground, stage.event_id
    exported = await asyncio.to_thread(ground.export_drop, event_id)
    draw = await asyncio.to_thread(ground.public_draw, event_id) if drop.line_order == "lottery" else {}
    return History(
        entries=dict(recorder.entries),
        draw=draw,
        quantity=drop.quantity,
        customers=frozenset(person["id"] for person in people),
        operations=tuple(recorder.operations),
        places=tuple(recorder.places),
        told=tuple(recorder.told),
        frames=tuple(recorder.frames.values()),
        claims=tuple(await asyncio.to_thread(claims_of, event_id, ground.variables["QUEUE_KAFKA_BROKERS"])),
        rows=tuple(_row(coupon) for coupon in exported["coupons"]),
        issued_by_line=issued_by_line,
        injected_at=stage.injected_at,
        orphaned=stage.orphaned,
    )


async def _issued_by_line(sessions: Sequence[aiohttp.ClientSession], event_id: str) -> int:
    for session in sessions:
        with suppress(aiohttp.ClientConnectorError):  # the one that was killed
            status = await Door(session).expect_soon(200, method="GET", path=f"/queue/v1/events/{event_id}")
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
