"""A topic of one's own on the real Kafka, for tests of what reads it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from config.env import env
from salon_contracts.events.topics import Topic


def until(condition: Callable[[], object], *, seconds: float = 20, what: str = "") -> None:
    """Wait for it. Fails the test if it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain {what}"
        time.sleep(0.02)


@contextmanager
def own_topic(*, partitions: int, config: dict[str, str] | None = None) -> Iterator[Topic]:
    admin = AdminClient({"bootstrap.servers": env.kafka_brokers})
    name = f"test-{uuid4().hex}"
    admin.create_topics([NewTopic(name, partitions, 1, config=config or {})])[name].result(timeout=15)
    yield Topic(name, "whatever the test says", partitions, written_by="main", read_by=("main",))
    admin.delete_topics([name])[name].result(timeout=15)


def publish(topic: Topic, values: Sequence[bytes | None], *, partition: int | None = None, key: str = "") -> None:
    """Bring them to the topic, in order, and wait until they are there."""
    producer = Producer({"bootstrap.servers": env.kafka_brokers, "enable.idempotence": True, "linger.ms": 5})
    faults: list[object] = []

    def note(error: KafkaError | None, _message: Message) -> None:
        if error is not None:
            faults.append(error)

    for value in values:
        # -1 leaves the choice to the key.
        producer.produce(
            topic.name, value=value, key=key, partition=-1 if partition is None else partition, on_delivery=note
        )
        producer.poll(0)
    assert producer.flush(20) == 0
    assert faults == []


def committed(topic: Topic, *, group: str) -> dict[int, int]:
    """By partition; partitions without a committed offset are left out."""
    with _asking(group) as consumer:
        partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
        found = consumer.committed(partitions, timeout=15)
        return {partition.partition: partition.offset for partition in found if partition.offset >= 0}


def begin_at_the_end(topic: Topic, *, group: str) -> None:
    """Let a new group begin after what others have left on a shared topic."""
    with _asking(group) as consumer:
        ends = []
        for number in range(topic.partitions):
            partition = TopicPartition(topic.name, number)
            _low, high = consumer.get_watermark_offsets(partition, timeout=15)
            ends.append(TopicPartition(topic.name, number, high))
        consumer.commit(offsets=ends, asynchronous=False)


@contextmanager
def _asking(group: str) -> Iterator[Consumer]:
    consumer = Consumer({"bootstrap.servers": env.kafka_brokers, "group.id": group, "enable.auto.commit": False})
    try:
        yield consumer
    finally:
        consumer.close()
