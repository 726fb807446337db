"""The real log and the real store. Every test has topics, a group and a database of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database

from salon_contracts.stores.chat_history import MESSAGES
from salon_kit.kafka.records import Record
from salon_kit.testing.ports import claim_ports

PARTITIONS = 3
Start = Callable[..., "subprocess.Popen[bytes]"]


def wait_until(condition: Callable[[], bool], *, within_seconds: float = 20.0) -> None:
    until = time.monotonic() + within_seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


@dataclass(frozen=True)
class Log:
    """Topics of this test only."""

    brokers: str
    topic: str
    dead_letter_topic: str
    group: str

    def write(self, *records: Record) -> list[tuple[int, int]]:
        """Returns (partition, offset) of each, when the broker has them all."""
        places: list[tuple[int, int]] = []
        producer = Producer({"bootstrap.servers": self.brokers, "acks": "all", "message.max.bytes": 5_000_000})
        for record in records:
            producer.produce(
                self.topic,
                value=record.value,
                key=record.key,
                headers=[(name, value or b"") for name, value in record.headers],
                on_delivery=lambda _error, m: places.append((m.partition() or 0, m.offset() or 0)),
            )
        assert producer.flush(10) == 0
        return places

    def read_dead_letters(self, count: int) -> list[Record]:
        consumer = Consumer({"bootstrap.servers": self.brokers, "group.id": "unused", "enable.auto.commit": False})
        consumer.assign([TopicPartition(self.dead_letter_topic, 0, 0)])
        letters: list[Record] = []
        until = time.monotonic() + 15
        while len(letters) < count and time.monotonic() < until:
            message = consumer.poll(0.2)
            if message is None or message.error():
                continue
            key, value = message.key(), message.value()
            assert not isinstance(key, str)
            assert not isinstance(value, str)
            headers = tuple((title, content) for title, content in message.headers() or [])
            letters.append(Record(self.dead_letter_topic, 0, message.offset() or 0, key, value, headers))
        consumer.close()
        return letters

    def committed(self) -> dict[int, int]:
        return {partition: done for partition, (done, _end) in self._progress().items()}

    def everything_is_committed(self) -> bool:
        try:
            return all(done == end for done, end in self._progress().values())
        except KafkaException:
            return False  # the coordinator of a new group is still being chosen

    def _progress(self) -> dict[int, tuple[int, int]]:
        consumer = Consumer({"bootstrap.servers": self.brokers, "group.id": self.group})
        try:
            places = consumer.committed([TopicPartition(self.topic, n) for n in range(PARTITIONS)], timeout=10)
            ends = [consumer.get_watermark_offsets(place, timeout=10)[1] for place in places]
        finally:
            consumer.close()
        return {place.partition: (max(0, place.offset), end) for place, end in zip(places, ends, strict=True)}


@pytest.fixture(scope="session")
def brokers() -> str:
    return os.environ["CHAT_WORKER_KAFKA_BROKERS"]


@pytest.fixture
def topic_log(brokers: str) -> Iterator[Log]:
    name = f"test-chat-{uuid4().hex}"
    admin = AdminClient({"bootstrap.servers": brokers})
    found = Log(brokers=brokers, topic=name, dead_letter_topic=f"{name}-dlq", group=name)
    made = admin.create_topics(
        [
            NewTopic(found.topic, num_partitions=PARTITIONS, replication_factor=1),
            NewTopic(found.dead_letter_topic, num_partitions=1, replication_factor=1),
        ]
    )
    for future in made.values():
        future.result(10)
    yield found
    for future in admin.delete_topics([found.topic, found.dead_letter_topic]).values():
        future.result(10)


@pytest.fixture
def mongodb_url() -> str:
    """The server of the environment, and a database that only this test has."""
    server, _, _ = os.environ["CHAT_WORKER_MONGODB_URL"].rpartition("/")
    return f"{server}/test_chat_{uuid4().hex[:12]}"


@pytest.fixture
def database(mongodb_url: str) -> Iterator[Database[dict[str, object]]]:
    client: MongoClient[dict[str, object]] = MongoClient(mongodb_url, serverSelectionTimeoutMS=5_000, tz_aware=True)
    yield client.get_default_database()
    client.drop_database(client.get_default_database().name)
    client.close()


@pytest.fixture
def messages(database: Database[dict[str, object]]) -> Collection[dict[str, object]]:
    return database[MESSAGES]


MOST_WORKERS = 8


@pytest.fixture
def free_port() -> int:
    """Those next to this one are the test's, too: one for each worker it starts."""
    return claim_ports(MOST_WORKERS)


@pytest.fixture
def start(topic_log: Log, mongodb_url: str, free_port: int) -> Iterator[Start]:
    """Start a worker; whatever still runs at the end of the test is ended."""
    started: list[subprocess.Popen[bytes]] = []

    def starter(*, url: str = mongodb_url, epoch: int = 1, die_before_commit: bool = False) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
            "CHAT_WORKER_KAFKA_BROKERS": topic_log.brokers,
            "CHAT_WORKER_MONGODB_URL": url,
            "CHAT_WORKER_CHAT_EPOCH": str(epoch),
            "CHAT_WORKER_METRICS_PORT": str(free_port + len(started)),
            "TEST_TOPIC": topic_log.topic,
            "TEST_GROUP": topic_log.group,
            "DIE_BEFORE_COMMIT": str(int(die_before_commit)),
        }
        script = Path(__file__).with_name("worker_process.py")
        process = subprocess.Popen([sys.executable, str(script)], env=environment, stderr=subprocess.PIPE)
        started.append(process)
        return process

    yield starter
    for process in started:
        process.kill()
        process.wait(10)
        assert process.stderr is not None
        process.stderr.close()
