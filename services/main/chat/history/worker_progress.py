"""How far the chat-worker has come, and how far the log goes: what Kafka says about it."""

from __future__ import annotations

import logging
import threading
import time
from functools import cache

from confluent_kafka import Consumer, KafkaException, TopicPartition

from config.env import env
from salon_contracts.events.topics import CHAT_MESSAGES
from salon_contracts.http.problem import DependencyDown
from salon_contracts.stores.chat_history import WORKER_GROUP
from salon_kit.kafka.address import connection

ANSWER_WITHIN_SECONDS = 1.5
ASK_AGAIN_SECONDS = 0.05


class WorkerProgress:
    """Asks as an onlooker: it never joins the group. Any thread may use it."""

    def __init__(self, *, brokers: str) -> None:
        self._consumer = Consumer(
            {
                **connection(brokers),
                "group.id": WORKER_GROUP,
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "auto.offset.reset": "error",
            },
            logger=logging.getLogger("librdkafka"),
        )
        self._lock = threading.Lock()
        self._reached: dict[int, int] = {}
        self._asked_at: dict[int, float] = {}

    def stored_up_to(self, partition: int, *, enough: int | None = None) -> int | None:
        """Every message before this offset is in history. None if the group cannot say.

        The worker does not go back, so what was `enough` once is not asked for again; and many who wait ask as one.
        """
        with self._lock:
            reached = self._reached.get(partition)
            if enough is not None and reached is not None and reached >= enough:
                return reached
            if time.monotonic() - self._asked_at.get(partition, 0) < ASK_AGAIN_SECONDS:
                return reached
            try:
                (place,) = self._consumer.committed(
                    [TopicPartition(CHAT_MESSAGES.name, partition)], timeout=ANSWER_WITHIN_SECONDS
                )
            except KafkaException:
                return None
            self._asked_at[partition] = time.monotonic()
            if place.error is None and place.offset >= 0:
                self._reached[partition] = place.offset
            return self._reached.get(partition)

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
