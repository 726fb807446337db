"""How a worker of main reads Kafka: salon_kit's loop, with MySQL behind it."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Sequence
from typing import Generic

from config.env import env
from messaging.faults import postponed_without_database
from messaging.set_aside import SetAsideTable
from messaging.subscription import EventT, Subscription
from salon_contracts.events.reading import UnknownEventType, UnreadableRecord, read_event
from salon_kit.bounded_lines import BoundedLines
from salon_kit.health import HealthServer
from salon_kit.kafka.consumer_loop import ConsumerLoop
from salon_kit.kafka.options import MAX_POLL_INTERVAL_SECONDS
from salon_kit.kafka.records import Record, Unfit
from salon_kit.kafka.source import KafkaSource
from salon_kit.logs import get_logger
from salon_kit.metrics.consumers import GroupMetrics, Instruments
from salon_kit.spans.kafka import line_facts
from serving import database
from serving.database import WORKER_WAITS_SECONDS

log = get_logger(__name__)

# Of this process: each group that it is a member of counts with them.
_instruments = Instruments()

Handle = Callable[[Sequence[EventT]], None]


class HandleEvents(Generic[EventT]):
    """The effect of a batch. `handle` has a transaction of its own, and returns only after it is committed."""

    def __init__(self, subscription: Subscription[EventT], *, handle: Handle[EventT], metrics: GroupMetrics) -> None:
        self._subscription = subscription
        self._handle = handle
        self._metrics = metrics
        self._lines = BoundedLines(log, logging.WARNING, "records_of_unknown_type_unlogged")

    def __call__(self, records: Sequence[Record]) -> list[Unfit]:
        """Raises NotNow while MySQL is away."""
        self._lines.look()
        events: list[EventT] = []
        unfit: list[Unfit] = []
        for record in records:
            try:
                event = self._read(record)
            except UnreadableRecord as error:
                unfit.append(Unfit(record, error.reason))
            else:
                events += [event] if event is not None else []
        if events:
            with postponed_without_database():
                self._handle(events)
        return unfit

    def _read(self, record: Record) -> EventT | None:
        if record.value is None and record.fault:
            raise UnreadableRecord(record.fault)
        try:
            return read_event(record.value, known=self._subscription.known)
        except UnknownEventType as error:
            facts = line_facts(record)
            self._lines.write(log.warning, "record_of_unknown_type", type=error.event_type[:100], **facts)
            self._metrics.of_unknown_type(record.topic)
        return None


def consumer_loop(
    subscription: Subscription[EventT],
    *,
    brokers: str,
    handle: Handle[EventT],
    between: Callable[[], None] | None = None,
) -> ConsumerLoop:
    """One member of the subscription's group. `between` may find MySQL away too."""

    def postponable() -> None:
        with postponed_without_database():
            (between or _nothing)()

    metrics = GroupMetrics(subscription.group, _instruments)
    loop = ConsumerLoop(
        source=KafkaSource(
            topics=[topic.name for topic in subscription.topics],
            brokers=brokers,
            group=subscription.group,
            when_offsets_are_lost=subscription.when_offsets_are_lost,
        ),
        effect=HandleEvents(subscription, handle=handle, metrics=metrics),
        set_aside=SetAsideTable(group=subscription.group),
        watch=metrics,
        batch_limit=subscription.batch_size,
        between=postponable if between else None,
        stuck_after_seconds=MAX_POLL_INTERVAL_SECONDS,
    )
    metrics.watch_rounds(lambda: loop.age_seconds)
    return loop


def _nothing() -> None:
    """Nothing is to be done between batches."""


def run_until_stopped(loop: ConsumerLoop, *, metrics_port: int) -> None:
    """Run the loop on this thread until SIGTERM or SIGINT asks it to finish what it holds.

    What ends it otherwise ends the process, with the reason in the log.
    """
    health = HealthServer(
        host=str(env.metrics_host), port=metrics_port, is_alive=lambda: loop.is_alive, is_ready=lambda: loop.is_ready
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, loop.stop)
    database.give_up_after(seconds=WORKER_WAITS_SECONDS)
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
