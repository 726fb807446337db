"""Records on Kafka that are not ours are passed over or set aside, and everything goes on."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from uuid import uuid4

import aiohttp
import pytest
from confluent_kafka import Consumer, KafkaException, Message, Producer, TopicPartition

from salon_contracts.events import topics
from tests.demo.scenarios.chat import stored_messages
from tests.e2e.conftest import Cast
from tests.faults.clients.thrown_records import Thrower
from tests.harness.chat_client import ChatClient
from tests.harness.coupon_events import opened
from tests.harness.line_client import LineClient, LineWatcher
from tests.harness.people import Person, sign_up
from tests.harness.system.backstage import Backstage

FOREIGN = {
    "nothing": None,
    "bytes": b"\xff\xfe\x00",
    "text": b"hello",
    "another document": b'{"type": 5}',
    "an event of tomorrow": b'{"type": "chat.message-sung.v9", "event_id": "x"}',
    "an event with holes": b'{"type": "chat.message-sent.v1"}',
    "a claim with holes": b'{"type": "coupon.claimed.v1", "serial": -1}',
}
TOPICS = (topics.CHAT_MESSAGES, topics.COUPON_EVENTS, topics.COUPON_CLAIMS, topics.COUPONS, topics.BOOKINGS)
ROUNDS = 3


@pytest.fixture
def produce() -> Callable[..., None]:
    producer = Producer({"bootstrap.servers": os.environ["MAIN_KAFKA_BROKERS"], "acks": "all"})

    def now(topic: str, *, key: str, value: bytes | None) -> None:
        producer.produce(topic, key=key.encode(), value=value)
        producer.flush(10)

    return now


@pytest.mark.timeout(120)
async def test_after_foreign_records_on_every_topic_people_still_win_and_talk(
    http: aiohttp.ClientSession,
    base_url: str,
    cast: Cast,
    operator: Person,
    backstage: Backstage,
    produce: Callable[..., None],
) -> None:
    marker = uuid4().hex
    person = await sign_up(http)
    room = await person.api.expect(201, method="POST", path="/api/v1/rooms", json_body={"groomer_id": cast.groomer_id})
    for topic in TOPICS:
        for name, value in FOREIGN.items():
            await asyncio.to_thread(produce, topic.name, key=f"{marker}-{name}", value=value)
        await asyncio.to_thread(produce, topic.name, key=room["id"], value=b"in the room's own partition")

    thrower = Thrower(os.environ["MAIN_KAFKA_BROKERS"])  # the short form of `make faults ONLY=F14`
    for seed in range(ROUNDS):
        await asyncio.to_thread(thrower.throw_round, seed)
    assert len(thrower.landed) > ROUNDS * 50

    event_id = await opened(operator, quantity=1)
    await person.api.expect(201, method="POST", path=f"/queue/v1/events/{event_id}/ticket", json_body={})
    final = await LineClient(person.api, event_id=event_id, watcher=LineWatcher()).follow()
    device = ChatClient(base_url, token=person.token)
    await device.connect()
    await device.subscribe(room["id"], after=None)
    cursor = await device.send(room["id"], client_message_id=str(uuid4()), text="들려요?")
    await device.close()

    assert final.state == "issued"
    assert [row.customer for row in await backstage.coupon_rows(event_id)] == [person.id]
    stored = await stored_messages(person, room["id"], due=1)
    assert [(message["cursor"], message["text"]) for message in stored] == [(cursor, "들려요?")]


@pytest.mark.timeout(60)
async def test_what_cannot_be_read_is_set_aside_with_its_reason(produce: Callable[..., None]) -> None:
    marker = f"foreign-{uuid4().hex}"
    value = json.dumps({"type": "chat.message-sent.v1", "note": marker}).encode()

    await asyncio.to_thread(produce, topics.CHAT_MESSAGES.name, key=marker, value=value)
    letter = await asyncio.to_thread(_letter_with_key, marker)

    headers = {name: content.decode() for name, content in letter.headers() or []}
    assert letter.value() == value
    assert headers["topic"] == topics.CHAT_MESSAGES.name
    assert headers["reason"]


def _letter_with_key(key: str) -> Message:
    """Read the dead letters from their beginning until it comes. Raises LookupError after 20 s."""
    consumer = Consumer({"bootstrap.servers": os.environ["MAIN_KAFKA_BROKERS"], "group.id": f"e2e-{uuid4()}"})
    consumer.assign(
        [TopicPartition(topics.CHAT_MESSAGES_DLQ.name, n, 0) for n in range(topics.CHAT_MESSAGES_DLQ.partitions)]
    )
    try:
        for _ in range(200):
            for record in consumer.consume(100, 0.1):
                if record.error() is not None:
                    raise KafkaException(record.error())
                if record.key() == key.encode():
                    return record
    finally:
        consumer.close()
    raise LookupError(key)
