"""How far the chat-worker has come, and how far the log goes: what Kafka says about it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import cache

from confluent_kafka import KafkaException

from config.env import env
from salon_contracts.events.topics import CHAT_MESSAGES
from salon_contracts.http.problem import DependencyDown
from salon_contracts.stores.chat_history import WORKER_GROUP
from salon_kit.kafka.onlooker import Onlooker

ASK_AGAIN_SECONDS = 0.05

NextOffset = Callable[[int], int | None]
"""The next offset that this process reads of a partition; None before it has begun."""


class WorkerProgress:
    """Any thread may use it."""

    def __init__(self, *, brokers: str) -> None:
        self._onlooker = Onlooker(brokers=brokers, group=WORKER_GROUP)
        self._read_here: NextOffset = _nothing
        self._lock = threading.Lock()
        self._reached: dict[int, int] = {}
        self._asked_at: dict[int, float] = {}

    def reads_along(self, next_offset: NextOffset) -> None:
        """This process reads the log itself."""
        self._read_here = next_offset

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
            self._asked_at[partition] = time.monotonic()
        try:
            committed = self._onlooker.committed(CHAT_MESSAGES.name, partition)
        except KafkaException:
            return None
        with self._lock:
            if committed is not None:
                self._reached[partition] = committed
            return self._reached.get(partition)

    def end_of_log(self, partition: int) -> int:
        """The offset that the next message will get; while it has no leader, up to where this process has read it.

        Raises DependencyDown where neither is known.
        """
        try:
            return self._onlooker.end_of(CHAT_MESSAGES.name, partition)
        except KafkaException as error:
            if (read := self._read_here(partition)) is not None:
                return read
            raise DependencyDown(dependency="kafka", retry_after_seconds=2) from error

    def is_in_log(self, partition: int, offset: int) -> bool:
        """Whether the log has this offset, as its leader says. Raises DependencyDown while it has none."""
        try:
            return self._onlooker.end_of(CHAT_MESSAGES.name, partition) > offset
        except KafkaException as error:
            raise DependencyDown(dependency="kafka", retry_after_seconds=2) from error


@cache
def worker_progress() -> WorkerProgress:
    return WorkerProgress(brokers=env.kafka_brokers)


def _nothing(_partition: int) -> None:
    return None
