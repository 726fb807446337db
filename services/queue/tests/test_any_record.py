"""Whatever stands on the topics that the line reads: it lives, and the next drop is won."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from salon_contracts.events import topics
from salon_contracts.events.coupons import (
    CouponEventChangedV1,
    CouponIssuedV1,
    CouponRefusedV1,
    DrawEntriesShutV1,
    EventState,
    LineOrder,
    RefusalReason,
)
from salon_contracts.events.envelope import Event
from salon_kit.testing.any_record import FOREIGN_HEADERS, FOREIGN_KEYS, FOREIGN_VALUES, Thrown, drawn_records
from salon_kit.testing.edges import records_at_the_edges
from salon_kit.testing.foreign_client import send_with_header
from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.main import Main
from tests.harness.processes import QueueProcess
from tests.harness.waiting import eventually

pytestmark = pytest.mark.timeout(150)


class Thrower:
    """Throws at the real topics, and in the end takes away the events that it made."""

    def __init__(self, brokers: str) -> None:
        self._brokers = brokers
        self._producer = Producer({"bootstrap.servers": brokers, "message.max.bytes": 5_000_000})
        self._faults: list[KafkaError] = []

    def throw(self, topic: str, records: Sequence[Thrown]) -> None:
        for value, key, headers in records:
            # The broker takes no record without a key on a compacted topic.
            named = uuid4().bytes if key is None and topic == topics.COUPON_EVENTS.name else key
            self._producer.produce(topic, value, named, headers=list(headers), on_delivery=self._check)  # type: ignore[arg-type]  # without values
            self._producer.poll(0)
        assert self._producer.flush(20) == 0
        assert self._faults == []

    def _check(self, error: KafkaError | None, _message: Message) -> None:
        if error is not None:
            self._faults.append(error)

    def throw_odd_header(self, topic: str, event: Event) -> None:
        send_with_header(brokers=self._brokers, topic=topic, partition=0, value=event.to_bytes(), name=b"\xff")

    def clear_up(self) -> None:
        """Else every queue of every later test would look after hundreds of lines."""
        admin = AdminClient({"bootstrap.servers": self._brokers})
        _set_cleanup(admin, "compact,delete")  # records of a compacted topic cannot be deleted
        place = TopicPartition(topics.COUPON_EVENTS.name, 0)
        consumer = Consumer({"bootstrap.servers": self._brokers, "group.id": uuid4().hex, "enable.auto.commit": False})
        _low, end = consumer.get_watermark_offsets(place, timeout=10)
        consumer.close()
        (deleted,) = admin.delete_records([TopicPartition(place.topic, place.partition, end)]).values()
        deleted.result(15)
        _set_cleanup(admin, "compact")


def _set_cleanup(admin: AdminClient, policy: str) -> None:
    entry = ConfigEntry("cleanup.policy", policy, incremental_operation=AlterConfigOpType.SET)
    topic = ConfigResource(ResourceType.TOPIC, topics.COUPON_EVENTS.name, incremental_configs=[entry])
    for future in admin.incremental_alter_configs([topic]).values():
        future.result(15)


@pytest.fixture
def thrower(brokers: str) -> Iterator[Thrower]:
    made = Thrower(brokers)
    yield made
    made.clear_up()


def sample(event: Event) -> tuple[dict[str, Any], dict[str, Any]]:
    return type(event).model_json_schema(), json.loads(event.to_bytes())


def at_the_edges(*events: Event, with_own_id: bool = False) -> list[Thrown]:
    """`with_own_id`: each record about an event of its own, so that each is news."""
    values = [raw for event in events for raw in records_at_the_edges(*sample(event))]
    if with_own_id:
        own = [raw.replace(event.key.encode(), str(uuid4()).encode()) for event in events for raw in values]
        values = list(dict.fromkeys(own))
    return [
        *(Thrown(value) for value in (*values, *FOREIGN_VALUES)),
        *(Thrown(events[0].to_bytes(), key) for key in FOREIGN_KEYS),
        *(Thrown(events[0].to_bytes(), None, headers) for headers in FOREIGN_HEADERS),
    ]


def an_answer(event_id: UUID, *, refused: bool = False) -> Event:
    facts = {"coupon_event_id": event_id, "claim_id": "c", "customer_id": 7, "number": 1, "serial": 1}
    if refused:
        return CouponRefusedV1(trace_id="t", reason=RefusalReason.SERIAL_TAKEN, **facts)  # type: ignore[arg-type]
    return CouponIssuedV1(trace_id="t", coupon_id=uuid4(), **facts)  # type: ignore[arg-type]


def passed_over_by(queue: QueueProcess) -> int:
    """As its log tells: some one by one, the others of a burst in a number."""
    unlogged = sum(int(entry["count"]) for entry in queue.logged("records_passed_over_unlogged"))
    return len(queue.logged("record_set_aside")) + unlogged


async def wins(queue: QueueProcess, main: Main, new_customer: NewCustomer) -> bool:
    """A new drop with one coupon: told to everybody, joined, claimed, answered and won."""
    event = main.publish(coupon_event(quantity=1))
    await eventually(lambda: queue.knows_of(event), seconds=60)  # hundreds of lines are new to it
    customer = new_customer(event, queue)
    status, _ = await customer.join()
    return status == 201 and await customer.listen() == "issued"


async def test_after_any_event_at_any_edge_the_next_drop_is_won(
    start_queue: StartQueue, main: Main, new_customer: NewCustomer, thrower: Thrower
) -> None:
    queue = start_queue()
    drop, lottery = coupon_event(), coupon_event(line_order=LineOrder.LOTTERY)

    thrower.throw(topics.COUPON_EVENTS.name, at_the_edges(drop, with_own_id=True))
    schema, facts = sample(lottery)
    schema["properties"] = {"draw": schema["properties"]["draw"]}  # all else is as in any drop
    draws = records_at_the_edges(schema, facts)
    thrower.throw(
        topics.COUPON_EVENTS.name, [Thrown(raw.replace(lottery.key.encode(), str(uuid4()).encode())) for raw in draws]
    )
    thrower.throw_odd_header(topics.COUPON_EVENTS.name, coupon_event())

    assert await wins(queue, main, new_customer)
    assert queue.process.poll() is None
    await eventually(lambda: passed_over_by(queue) > 100)
    assert all(entry["reason"] for entry in queue.logged("record_set_aside"))


async def test_after_any_answer_at_any_edge_the_next_drop_is_won(
    start_queue: StartQueue, main: Main, new_customer: NewCustomer, thrower: Thrower
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(quantity=50))
    await until_known(event, queue)
    answers = [an_answer(event.coupon_event_id), an_answer(event.coupon_event_id, refused=True)]

    thrower.throw(topics.COUPONS.name, at_the_edges(*answers))
    thrower.throw(topics.COUPONS.name, at_the_edges(an_answer(uuid4())))
    thrower.throw_odd_header(topics.COUPONS.name, an_answer(uuid4()))

    assert await wins(queue, main, new_customer)
    assert queue.process.poll() is None


@pytest.mark.parametrize("seed", range(2))
async def test_after_any_records_on_all_topics_of_the_line_the_next_drop_is_won(
    start_queue: StartQueue, main: Main, new_customer: NewCustomer, thrower: Thrower, seed: int
) -> None:
    queue = start_queue()
    event = coupon_event()
    page = DrawEntriesShutV1(
        coupon_event_id=event.coupon_event_id, entries_digest="0" * 64, page=1, pages=1, entries=(), trace_id="t"
    )

    for topic, one in (
        (topics.COUPON_EVENTS, event),
        (topics.COUPONS, an_answer(event.coupon_event_id)),
        (topics.COUPON_DRAWS, page),
        (topics.COUPON_CLAIMS, an_answer(event.coupon_event_id)),
    ):
        thrower.throw(topic.name, drawn_records([sample(one)], count=100, seed=seed))

    assert await wins(queue, main, new_customer)
    assert queue.process.poll() is None


async def test_an_older_revision_and_a_tombstone_take_nothing_back(
    start_queue: StartQueue, main: Main, new_customer: NewCustomer, thrower: Thrower
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(quantity=1, revision=5))
    await until_known(event, queue)

    older = event.model_copy(update={"revision": 4, "state": EventState.CLOSED})
    huge = {**json.loads(event.to_bytes()), "revision": 2**63, "state": "closed"}
    thrower.throw(
        topics.COUPON_EVENTS.name,
        [Thrown(older.to_bytes()), Thrown(json.dumps(huge).encode()), Thrown(None, event.key.encode())],
    )

    assert await wins(queue, main, new_customer)
    customer = new_customer(event, queue)
    assert (await customer.join())[0] == 201
    assert await customer.listen() == "issued"
    assert isinstance(event, CouponEventChangedV1)
