"""Bring recorded events to Kafka: at least once, in order per key."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence

from confluent_kafka import KafkaException
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Count, Min
from django.utils import timezone

from edge.kafka_producer import OnDelivered
from outbox import metrics
from outbox.leadership import step_down, try_to_lead
from outbox.models import OutboxRow
from outbox.reports import Reports
from salon_contracts.logs import get_logger

log = get_logger(__name__)

Send = Callable[[OutboxRow, OnDelivered], None]

BATCH = 500
IDLE_SECONDS = 0.02
AFTER_FAILURE_SECONDS = 0.5
STAND_BY_SECONDS = 1
COUNT_EVERY_SECONDS = 1.0
HANGS_AFTER_SECONDS = 30.0
STUCK_AFTER_SECONDS = 10.0
LAST_REPORTS_SECONDS = 5.0


class OutboxRelay:
    """Runs on the caller's thread, with a MySQL connection of its own; `stop` may be called from anywhere."""

    def __init__(self, *, send: Send) -> None:
        self._send = send
        self._stopping = threading.Event()
        self._leads = False
        self._beat = self._progress = time.monotonic()
        self._counted = 0.0

    @property
    def is_alive(self) -> bool:
        return time.monotonic() - self._beat < HANGS_AFTER_SECONDS

    @property
    def is_ready(self) -> bool:
        """Whether events get through: MySQL answers and Kafka takes them. Standing by is being ready too."""
        return time.monotonic() - self._progress < STUCK_AFTER_SECONDS

    def stop(self) -> None:
        """Finish the round under way, then end."""
        self._stopping.set()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._work()
            except (OperationalError, InterfaceError) as error:
                # The lock went with the connection, so everything begins anew.
                log.warning("outbox_lost_mysql", reason=str(error.args[:1]))
                self._follow()
                connection.close()
                self._stopping.wait(AFTER_FAILURE_SECONDS)
            self._beat = time.monotonic()
        if self._leads:
            step_down()
            self._follow()
        connection.close()

    def _work(self) -> None:
        if not self._leads:
            if not try_to_lead(wait_seconds=STAND_BY_SECONDS):
                self._progress = time.monotonic()
                return
            self._lead()
        found = self.relay_some()
        self._count()
        if not found:
            self._stopping.wait(IDLE_SECONDS)

    def _lead(self) -> None:
        self._leads = True
        metrics.active.set(1)
        log.info("outbox_relay_leads")

    def _follow(self) -> None:
        self._leads = False
        metrics.active.set(0)

    def relay_some(self) -> int:
        """One round: send the oldest rows, wait for every report, delete what arrived. Returns how many it found."""
        rows = list(OutboxRow.objects.order_by("pk")[:BATCH])
        if not rows:
            self._progress = time.monotonic()
            return 0
        reports = Reports(rows)
        self._send_in_order(rows, reports)
        self._wait_for(reports)
        done = reports.done()
        OutboxRow.objects.filter(pk__in=done).delete()
        self._tell(rows, done)
        return len(rows)

    def _send_in_order(self, rows: Sequence[OutboxRow], reports: Reports) -> None:
        held: set[tuple[str, str]] = set()
        for row in rows:
            key = (row.topic, row.key)
            try:
                if key not in held:
                    self._send(row, reports.about(row))
                    continue
            except (BufferError, KafkaException) as error:
                log.warning("outbox_row_not_sent", row_id=row.pk, topic=row.topic, reason=str(error))
            held.add(key)
            reports.note(row, delivered=False)

    def _wait_for(self, reports: Reports) -> None:
        """As long as it takes: what is under way must not be sent again behind its own back."""
        patience: float | None = None
        while not reports.wait(0.1 if patience is None else patience):
            self._beat = time.monotonic()
            if patience is not None:
                log.warning("outbox_reports_missing")
                return
            if self._stopping.is_set():
                patience = LAST_REPORTS_SECONDS

    def _tell(self, rows: Sequence[OutboxRow], done: Sequence[int]) -> None:
        arrived = set(done)
        for topic, count in Counter(row.topic for row in rows if row.pk in arrived).items():
            metrics.relayed.labels(topic).inc(count)
        for topic, count in Counter(row.topic for row in rows if row.pk not in arrived).items():
            metrics.kept.labels(topic).inc(count)
        if arrived:
            self._progress = time.monotonic()
        else:
            self._stopping.wait(AFTER_FAILURE_SECONDS)

    def _count(self) -> None:
        if time.monotonic() - self._counted < COUNT_EVERY_SECONDS:
            return
        self._counted = time.monotonic()
        waiting = OutboxRow.objects.aggregate(rows=Count("pk"), oldest=Min("recorded_at"))
        metrics.backlog.set(waiting["rows"])
        age = (timezone.now() - waiting["oldest"]).total_seconds() if waiting["oldest"] else 0
        metrics.oldest_age.set(max(age, 0))
