"""The relay as a process, from MySQL to the real Kafka."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, TopicPartition

from config.env import env
from messaging.tests.kafka import own_topic, until
from messaging.tests.workers import Worker, worker
from outbox.models import OutboxRow, ParkedRow
from salon_contracts.events.topics import Topic

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Worker]:
    with worker("relay_outbox", log=tmp_path / "relay.log") as process:
        yield process


def _answer_of(relay: Worker, path: str) -> str:
    found = re.search(r'"metrics_port": (\d+)', relay.log)
    assert found is not None, relay.log
    with urllib.request.urlopen(f"http://127.0.0.1:{found[1]}{path}", timeout=5) as answer:
        return str(answer.read().decode())


@pytest.fixture
def topic() -> Iterator[Topic]:
    with own_topic(partitions=1) as topic:
        yield topic


def _read(topic: Topic, *, count: int) -> list[str]:
    consumer = Consumer({"bootstrap.servers": env.kafka_brokers, "group.id": f"test-{uuid4().hex}"})
    consumer.assign([TopicPartition(topic.name, 0, 0)])
    values: list[str] = []
    deadline = time.monotonic() + 20
    while len(set(values)) < count and time.monotonic() < deadline:
        record = consumer.poll(0.5)
        if record is not None and record.error() is None:
            values.append((record.value() or b"").decode())
    consumer.close()
    return values


def _recorded(topic: Topic, numbers: range) -> None:
    OutboxRow.objects.bulk_create(
        OutboxRow(topic=topic.name, key="spring", event_id=uuid4(), value=str(number).encode()) for number in numbers
    )


def _until_empty() -> None:
    # A relay that was killed leaves its lease, which the next one waits for.
    until(lambda: not OutboxRow.objects.exists(), seconds=40, what="for the outbox to be empty")


def test_events_reach_kafka_in_order_and_the_process_ends_well(relay: Worker, topic: Topic) -> None:
    _recorded(topic, range(1_200))

    _until_empty()

    assert _read(topic, count=1_200) == [str(number) for number in range(1_200)]
    assert json.loads(_answer_of(relay, "/healthz")) == json.loads(_answer_of(relay, "/readyz")) == {"status": "ok"}
    assert f'main_outbox_events_relayed_total{{topic="{topic.name}"}} 1200.0' in _answer_of(relay, "/metrics")
    assert relay.stop() == 0


@pytest.mark.timeout(180)
def test_a_relay_that_is_killed_again_and_again_loses_nothing(relay: Worker, topic: Topic) -> None:
    _recorded(topic, range(5_000))
    for _ in range(3):
        before = OutboxRow.objects.count()
        until(lambda before=before: OutboxRow.objects.count() < before, seconds=40)  # type: ignore[misc]
        relay.kill()
        relay.start()

    _until_empty()

    values = _read(topic, count=5_000)
    assert list(dict.fromkeys(values)) == [str(number) for number in range(5_000)]


def test_what_kafka_refuses_for_good_is_parked_and_nothing_else_waits(relay: Worker, topic: Topic) -> None:
    with own_topic(partitions=1, config={"max.message.bytes": "2000"}) as narrow:
        _recorded(topic, range(10))
        for name, value in (
            (narrow.name, "1"),
            (narrow.name, "x" * 60_000),  # of the topic's limit the producer knows nothing
            (narrow.name, "2"),
            (topic.name, "y" * 2_000_000),
            ("no topic's name!", "3"),
            ("nobody-made-this-topic", "4"),
            ("", "5"),
        ):
            OutboxRow.objects.create(topic=name, key="spring", event_id=uuid4(), value=value.encode())
        _recorded(topic, range(10, 20))

        _until_empty()

        assert _read(topic, count=20) == [str(number) for number in range(20)]
        assert list(dict.fromkeys(_read(narrow, count=2))) == ["1", "2"]
    parked = {(row.topic, len(row.value)): row.reason for row in ParkedRow.objects.all()}
    assert parked.keys() == {
        (narrow.name, 60_000),
        (topic.name, 2_000_000),
        ("no topic's name!", 1),
        ("nobody-made-this-topic", 1),
        ("", 1),
    }
    assert parked[narrow.name, 60_000] == parked[topic.name, 2_000_000] == "MSG_SIZE_TOO_LARGE"
    until(lambda: "main_outbox_parked_rows 5.0" in _answer_of(relay, "/metrics"))
    assert relay.stop() == 0
