"""What Kafka says of groups that are dead, of topics and of itself."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from deploy.monitoring.kafka.watch import KafkaMetrics, look

SECONDS_OLD = 40


@pytest.fixture
def brokers() -> str:
    given = os.environ.get("MAIN_KAFKA_BROKERS")
    if not given:
        pytest.fail("MAIN_KAFKA_BROKERS is not set: `make test ONLY=deploy`")
    return given


@pytest.fixture
def topic(brokers: str) -> Iterator[str]:
    admin, name = AdminClient({"bootstrap.servers": brokers}), f"watched-{uuid4().hex[:12]}"
    admin.create_topics([NewTopic(name, 2, 1)])[name].result()
    yield name
    admin.delete_topics([name])[name].result()


def write(brokers: str, topic: str, count: int, *, seconds_ago: float = 0) -> None:
    producer = Producer({"bootstrap.servers": brokers, "acks": "all"})
    for _ in range(count):
        producer.produce(topic, b"v", partition=0, timestamp=int((time.time() - seconds_ago) * 1000))
    assert producer.flush(10) == 0


def commit(brokers: str, topic: str, group: str, offset: int) -> None:
    """As a process that has died since."""
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": group, "enable.auto.commit": False})
    consumer.commit(offsets=[TopicPartition(topic, 0, offset)], asynchronous=False)
    consumer.close()


def seen(brokers: str) -> KafkaMetrics:
    metrics = KafkaMetrics()
    look(brokers, metrics, {})
    return metrics


def test_a_group_without_a_process_is_behind_by_what_it_has_not_committed(brokers: str, topic: str) -> None:
    group = f"dead-{uuid4().hex[:8]}"
    write(brokers, topic, 2)
    write(brokers, topic, 3, seconds_ago=SECONDS_OLD)
    commit(brokers, topic, group, 2)

    value = seen(brokers).registry.get_sample_value

    labels = {"group": group, "topic": topic}
    assert value("kafka_group_lag_records", labels) == 3
    seconds = value("kafka_group_lag_seconds", labels)
    assert seconds is not None
    assert SECONDS_OLD <= seconds < SECONDS_OLD + 20


def test_a_group_that_has_committed_all_is_not_behind(brokers: str, topic: str) -> None:
    group = f"done-{uuid4().hex[:8]}"
    write(brokers, topic, 2, seconds_ago=SECONDS_OLD)
    commit(brokers, topic, group, 2)

    value = seen(brokers).registry.get_sample_value

    labels = {"group": group, "topic": topic}
    assert value("kafka_group_lag_records", labels) == 0
    assert value("kafka_group_lag_seconds", labels) == 0


def test_what_was_written_to_a_topic_is_counted_and_its_copies_are_in_sync(brokers: str, topic: str) -> None:
    write(brokers, topic, 4)

    value = seen(brokers).registry.get_sample_value

    assert value("kafka_topic_written_records", {"topic": topic}) == 4
    for name in ("offline", "under_min_isr", "under_replicated"):
        assert value(f"kafka_partitions_{name}", {"topic": topic}) == 0
    assert value("kafka_brokers") == 1
    assert (value("kafka_look_age_seconds") or 0) < 5


def test_a_topic_that_wants_more_copies_than_there_are_is_under_its_least(brokers: str, topic: str) -> None:
    metrics = KafkaMetrics()

    look(brokers, metrics, {topic: 2})

    assert metrics.registry.get_sample_value("kafka_partitions_under_min_isr", {"topic": topic}) == 2


def test_while_kafka_is_away_the_last_look_gets_older(unused_tcp_port: int) -> None:
    metrics = KafkaMetrics()

    with pytest.raises(KafkaException):
        look(f"127.0.0.1:{unused_tcp_port}", metrics, {})

    assert metrics.age_seconds > 1
