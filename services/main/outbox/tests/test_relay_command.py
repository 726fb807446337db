"""The relay as a process, from MySQL to the real Kafka."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, TopicPartition
from django.db import connection

from config.env import env
from edge.tests.kafka import own_topic
from outbox.models import OutboxRow
from salon_contracts.topics import Topic

pytestmark = pytest.mark.django_db(transaction=True)
MAIN = Path(__file__).parents[2]


class Relay:
    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        in_test_database = str(env.database_url).rpartition("/")[0] + f"/{connection.settings_dict['NAME']}"
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "relay_outbox", "--metrics-port", str(self.port)],
            cwd=MAIN,
            env={**os.environ, "MAIN_DATABASE_URL": in_test_database, "MAIN_LOG_FORMAT": "json"},
        )

    def says(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
            return str(answer.read().decode())

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=20)


@pytest.fixture
def start() -> Iterator[Callable[[], Relay]]:
    relays: list[Relay] = []

    def begin() -> Relay:
        relays.append(Relay())
        return relays[-1]

    yield begin
    for relay in relays:
        if relay.process.poll() is None:
            relay.process.kill()
            relay.process.wait()


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
    deadline = time.monotonic() + 20
    while OutboxRow.objects.exists():
        assert time.monotonic() < deadline, "the outbox is not emptied"
        time.sleep(0.05)


def test_events_reach_kafka_in_order_and_the_process_ends_well(start: Callable[[], Relay], topic: Topic) -> None:
    relay = start()
    _recorded(topic, range(1_200))

    _until_empty()

    assert _read(topic, count=1_200) == [str(number) for number in range(1_200)]
    assert relay.says("/healthz") == relay.says("/readyz") == "ok\n"
    assert f'main_outbox_relayed_total{{topic="{topic.name}"}} 1200.0' in relay.says("/metrics")
    assert relay.end(signal.SIGTERM) == 0


def test_a_relay_that_is_killed_again_and_again_loses_nothing(start: Callable[[], Relay], topic: Topic) -> None:
    _recorded(topic, range(5_000))
    for _ in range(3):
        relay = start()
        before = OutboxRow.objects.count()
        deadline = time.monotonic() + 20
        while OutboxRow.objects.count() == before and time.monotonic() < deadline:
            time.sleep(0.005)
        relay.end(signal.SIGKILL)
    start()

    _until_empty()

    values = _read(topic, count=5_000)
    assert list(dict.fromkeys(values)) == [str(number) for number in range(5_000)]
