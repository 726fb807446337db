"""A topic of one's own on the real Kafka, and a group of one's own that reads it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from salon_kit.testing.any_record import Thrown
from salon_kit.testing.kafka_writer import write_records


def brokers() -> str:
    return os.environ["MAIN_KAFKA_BROKERS"]


def until(condition: Callable[[], bool], *, seconds: float = 20, what: str = "") -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain {what}"
        time.sleep(0.02)


@dataclass(frozen=True)
class Log:
    topic: str
    partitions: int
    group: str

    def write(self, values: Iterable[bytes | None], *, partition: int = 0) -> None:
        self.throw([Thrown(value) for value in values], partition=partition)

    def throw(self, records: Sequence[Thrown], *, partition: int = 0, **overrides: str) -> None:
        """In order; returns when the broker has them."""
        write_records(brokers(), self.topic, records, partition=partition, **overrides)

    def committed(self) -> dict[int, int]:
        consumer = Consumer({"bootstrap.servers": brokers(), "group.id": self.group, "enable.auto.commit": False})
        try:
            places = [TopicPartition(self.topic, number) for number in range(self.partitions)]
            found = consumer.committed(places, timeout=15)
        except KafkaException:
            return {}  # the coordinator of a new group is still being chosen
        finally:
            consumer.close()
        return {place.partition: place.offset for place in found if place.offset >= 0}


@contextmanager
def own_log(*, partitions: int = 1) -> Iterator[Log]:
    admin = AdminClient({"bootstrap.servers": brokers()})
    name = f"test-{uuid4().hex}"
    admin.create_topics([NewTopic(name, partitions, 1)])[name].result(timeout=15)
    yield Log(topic=name, partitions=partitions, group=name)
    admin.delete_topics([name])[name].result(timeout=15)
