"""How far the chat-worker has come, and how far the log goes: what Kafka says about it."""

from __future__ import annotations

import logging
import threading
from functools import cache

from confluent_kafka import Consumer, KafkaException, TopicPartition

from config.env import env
from salon_contracts.problem import DependencyDown
from salon_contracts.topics import CHAT_MESSAGES

WORKER_GROUP = "chat-worker"
ANSWER_WITHIN_SECONDS = 1.5


class WorkerProgress:
    """Asks as an onlooker: it never joins the group. Any thread may use it."""

    def __init__(self, *, brokers: str) -> None:
        self._consumer = Consumer(
            {
                "bootstrap.servers": brokers,
                "group.id": WORKER_GROUP,
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "auto.offset.reset": "error",
            },
            logger=logging.getLogger("librdkafka"),
        )
        self._lock = threading.Lock()

    def stored_up_to(self, partition: int) -> int | None:
        """Every message before this offset is in history. None if the group cannot say."""
        with self._lock:
            try:
                (place,) = self._consumer.committed(
                    [TopicPartition(CHAT_MESSAGES.name, partition)], timeout=ANSWER_WITHIN_SECONDS
                )
            except KafkaException:
                return None
        return place.offset if place.error is None and place.offset >= 0 else None

    def end_of_log(self, partition: int) -> int:
        """The offset that the next message will get. Raises DependencyDown."""
        with self._lock:
            try:
                _low, high = self._consumer.get_watermark_offsets(
                    TopicPartition(CHAT_MESSAGES.name, partition), timeout=ANSWER_WITHIN_SECONDS
                )
            except KafkaException as error:
                raise DependencyDown(dependency="kafka", retry_after_seconds=2) from error
        return high


@cache
def worker_progress() -> WorkerProgress:
    return WorkerProgress(brokers=env.kafka_brokers)
