"""How a worker of main reads Kafka: gather what is there, do the effect, commit. Never the other way round.

Delivery is at least once, so every effect must be a no-op the second time. Rebalances call back only from
inside `poll`, and `poll` is never called while an effect runs: so nothing is ever half done when a partition
goes, and what was gathered but not yet done is simply forgotten. Its new owner reads it again.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Generic, NamedTuple

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition
from django.db import InterfaceError, OperationalError, connections

from config.env import env
from edge import consuming_metrics as metrics
from edge.subscription import MAX_POLL_INTERVAL_SECONDS, EventT, Subscription
from edge.worker_health import WorkerHealth
from salon_contracts.logs import get_logger
from salon_contracts.reading import UnknownEventType, UnreadableRecord, read_event

log = get_logger(__name__)

IDLE_SECONDS = 0.5
FIRST_BACK_OFF_SECONDS = 0.1
LONGEST_BACK_OFF_SECONDS = 5.0


class _Held(NamedTuple, Generic[EventT]):
    """One record that was read and not yet committed; `event` is None if it is not for us."""

    topic: str
    partition: int
    offset: int
    event: EventT | None


class ConsumerLoop(Generic[EventT]):
    """One member of a consumer group, from joining to leaving. Everything happens on the thread that calls `run`.

    `handle` does the effect of a batch in a transaction of its own, and returns only after it is committed.
    `between` is called between batches and when nothing comes, at most every half second or so.
    """

    def __init__(
        self,
        subscription: Subscription[EventT],
        *,
        brokers: str,
        handle: Callable[[Sequence[EventT]], None],
        between: Callable[[], None] | None = None,
    ) -> None:
        self._subscription = subscription
        self._handle = handle
        self._between = between
        self._consumer = Consumer(subscription.consumer_options(brokers=brokers))
        self._held: list[_Held[EventT]] = []
        self._stopping = threading.Event()
        self._joined = False
        self._postponed = False
        self._turned_at = time.monotonic()
        self._measured_at = 0.0

    @property
    def is_alive(self) -> bool:
        """False when the loop has not turned for longer than its group would wait for it."""
        return time.monotonic() - self._turned_at < MAX_POLL_INTERVAL_SECONDS

    @property
    def is_ready(self) -> bool:
        """A member of the group that gets its effects done."""
        return self._joined and not self._postponed

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Finish the batch in hand, commit it, leave the group. Fit to be a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Read until `stop`. Anything unexpected ends the loop, and with it the process."""
        topics = [topic.name for topic in self._subscription.topics]
        self._consumer.subscribe(topics, on_assign=self._note_joined, on_revoke=self._forget, on_lost=self._forget)
        try:
            while not self._stopping.is_set():
                self._turned_at = time.monotonic()
                self._gather()
                if self._held and self._do_effect():
                    self._commit()
                self._do_between()
                self._measure_lag()
        finally:
            self._consumer.close()

    def _gather(self) -> None:
        """Wait for one record, then take what is already here: batches form by themselves and add no latency.

        Not `consume(n, timeout)`, which waits for n, and which could hand over records of a partition
        that was revoked while it waited.
        """
        self._hold(self._consumer.poll(IDLE_SECONDS))
        while 0 < len(self._held) < self._subscription.batch_size:
            message = self._consumer.poll(0)
            if message is None:
                return
            self._hold(message)

    def _hold(self, message: Message | None) -> None:
        if message is None:
            return
        error = message.error()
        if error is not None:
            if error.fatal():
                raise KafkaException(error)
            log.warning("consumer_told_of_error", code=error.name(), reason=error.str())
            return
        where = (message.topic() or "", message.partition() or 0, message.offset() or 0)
        self._held.append(_Held(*where, event=self._read(message.value(), where=where)))

    def _read(self, raw: bytes | None, *, where: tuple[str, int, int]) -> EventT | None:
        topic, partition, offset = where
        facts = {"topic": topic, "partition": partition, "offset": offset}
        try:
            return read_event(raw, known=self._subscription.known)
        except UnreadableRecord as error:
            log.error("record_unreadable", reason=error.reason, **facts)
            metrics.records_passed.labels(self._subscription.group, topic, "unreadable").inc()
        except UnknownEventType as error:
            log.warning("record_of_unknown_type", type=error.event_type[:100], **facts)
            metrics.records_passed.labels(self._subscription.group, topic, "unknown-type").inc()
        return None

    def _do_effect(self) -> bool:
        """Try until it is done; with the database away, wait inside the group. False if stopped before."""
        back_off = FIRST_BACK_OFF_SECONDS
        while not self._stopping.is_set():
            try:
                self._handle_held()
            except (OperationalError, InterfaceError) as error:
                log.warning("effect_postponed", reason=str(error), held=len(self._held), again_in_seconds=back_off)
                metrics.effects_postponed.labels(self._subscription.group).inc()
                connections.close_all()
                self._wait_in_group(back_off)
                back_off = min(back_off * 2, LONGEST_BACK_OFF_SECONDS)
            else:
                self._consumer.resume(self._consumer.assignment())
                self._postponed = False
                return True
        return False

    def _handle_held(self) -> None:
        events = [held.event for held in self._held if held.event is not None]
        if not events:
            return
        with metrics.effect_seconds.labels(self._subscription.group).time():
            self._handle(events)
        metrics.batch_records.labels(self._subscription.group).observe(len(events))
        metrics.records_handled.labels(self._subscription.group).inc(len(events))

    def _wait_in_group(self, seconds: float) -> None:
        """Go on polling, so that the group keeps us, with the partitions paused, so that nothing comes."""
        self._postponed = True
        until = time.monotonic() + seconds
        while not self._stopping.is_set() and (left := until - time.monotonic()) > 0:
            self._turned_at = time.monotonic()
            # Again each time: a rebalance may just have brought partitions that are not paused yet.
            self._consumer.pause(self._consumer.assignment())
            self._hold(self._consumer.poll(min(left, 0.1)))

    def _commit(self) -> None:
        """The last step. If it fails the records come again, and their effect is already there."""
        ends: dict[tuple[str, int], int] = {}
        for held in self._held:
            ends[held.topic, held.partition] = held.offset + 1
        self._held = []
        if not ends:
            return
        offsets = [TopicPartition(topic, partition, end) for (topic, partition), end in ends.items()]
        try:
            committed = self._consumer.commit(offsets=offsets, asynchronous=False)
        except KafkaException as error:
            self._note_commit_failure(str(error))
        else:
            for faulty in (partition for partition in committed or [] if partition.error):
                self._note_commit_failure(f"{faulty.topic}/{faulty.partition}: {faulty.error}")

    def _note_commit_failure(self, reason: str) -> None:
        log.warning("offsets_not_committed", reason=reason)
        metrics.commits_failed.labels(self._subscription.group).inc()

    def _do_between(self) -> None:
        if self._between is None:
            return
        try:
            self._between()
        except (OperationalError, InterfaceError) as error:
            log.warning("work_between_batches_postponed", reason=str(error))
            connections.close_all()

    def _note_joined(self, _consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._joined = True
        log.info("partitions_assigned", partitions=_names(partitions))

    def _forget(self, _consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """These partitions are another member's now: do not do what we hold of them."""
        gone = {(partition.topic, partition.partition) for partition in partitions}
        self._held = [held for held in self._held if (held.topic, held.partition) not in gone]
        for topic, number in gone:
            metrics.forget_lag(self._subscription.group, topic, number)
        log.info("partitions_given_up", partitions=_names(partitions))

    def _measure_lag(self) -> None:
        """From what the fetcher knows anyway, once a second: no round trip."""
        if time.monotonic() - self._measured_at < 1:
            return
        self._measured_at = time.monotonic()
        for partition in self._consumer.position(self._consumer.assignment()):
            _low, high = self._consumer.get_watermark_offsets(partition, cached=True)
            if high >= 0 and partition.offset >= 0:
                labels = (self._subscription.group, partition.topic, str(partition.partition))
                metrics.lag_records.labels(*labels).set(max(0, high - partition.offset))


def _names(partitions: Sequence[TopicPartition]) -> list[str]:
    return [f"{partition.topic}/{partition.partition}" for partition in partitions]


def run_until_stopped(loop: ConsumerLoop[EventT], *, metrics_port: int) -> None:
    """Run the loop on this thread until SIGTERM or SIGINT asks it to finish what it holds.

    What ends it otherwise ends the process, with the reason in the log.
    """
    health = WorkerHealth(
        host=str(env.metrics_host), port=metrics_port, is_alive=lambda: loop.is_alive, is_ready=lambda: loop.is_ready
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, loop.stop)
    health.start()
    log.info("worker_started", metrics_port=health.port)
    try:
        loop.run()
    except Exception:
        log.exception("worker_died")
        raise SystemExit(1) from None
    finally:
        health.stop()
    log.info("worker_stopped")
