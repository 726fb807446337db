"""Bring recorded events to Kafka: at least once, in order per key, each topic on a lane of its own."""

from __future__ import annotations

import threading
import time

from django.db import InterfaceError, OperationalError, connection
from django.db.models import Count, Min
from django.utils import timezone

from outbox import metrics
from outbox.lease import Lease, LostLease
from outbox.models import OutboxRow, ParkedRow
from outbox.topic_lane import GiveUp, Send, TopicLane
from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage
from serving.leadership import step_down, try_to_lead

log = get_logger(__name__)

LEADERSHIP = "outbox-relay"
IDLE_SECONDS = 0.02
AFTER_FAILURE_SECONDS = 0.5
STAND_BY_SECONDS = 1
COUNT_EVERY_SECONDS = 1.0
HANGS_AFTER_SECONDS = 30.0
STUCK_AFTER_SECONDS = 10.0
LAST_REPORTS_SECONDS = 5.0


class OutboxRelay:
    """Runs on the caller's thread, with a MySQL connection of its own; `stop` may be called from anywhere."""

    def __init__(self, *, send: Send, give_up: GiveUp = lambda _topic: None) -> None:
        self._send, self._give_up = send, give_up
        self._lanes: dict[str, TopicLane] = {}
        self._lease = Lease()
        self._stopping, self._wake_up = threading.Event(), threading.Event()
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
        """Wait for the reports of what is under way, then end."""
        self._stopping.set()
        self._wake_up.set()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._work()
            except (OperationalError, InterfaceError) as error:
                # The lock went with the connection, so everything begins anew.
                outage(log.warning, "outbox_lost_mysql", reason=str(error.args[:1]))
                self._follow()
                connection.close()
                self._stopping.wait(AFTER_FAILURE_SECONDS)
            except LostLease:
                log.warning("outbox_lost_lease")
                self._follow()
                connection.close()
            self._beat = time.monotonic()
        self._end()
        connection.close()

    def _work(self) -> None:
        if not self._leads:
            if not try_to_lead(LEADERSHIP, wait_seconds=STAND_BY_SECONDS):
                self._progress = time.monotonic()
                return
            self._lead()
        arrived = self.relay_some()
        self._count()
        if not arrived:
            self._wake_up.wait(IDLE_SECONDS)
            self._wake_up.clear()

    def _lead(self) -> None:
        seconds = self._lease.begin()
        if seconds:
            log.info("outbox_relay_waits_for_the_last_one", seconds=round(seconds, 1))
            self._stopping.wait(seconds)
        self._leads = True
        metrics.active.set(1)
        log.info("outbox_relay_leads")

    def _follow(self) -> None:
        """Whatever is under way may be sent by another now, so none of it may go on from here."""
        self._leads = False
        for gauge in (metrics.active, metrics.backlog, metrics.oldest_age):
            gauge.set(0)
        for lane in self._lanes.values():
            lane.abandon()
        self._lanes.clear()

    def relay_some(self) -> int:
        """Take a step on the lane of each topic that has rows. Gives how many rows arrived."""
        if not self._lease.has_begun:
            self._lease.begin()
        topics = set(OutboxRow.objects.order_by().values_list("topic", flat=True).distinct())
        arrived = 0
        for topic in sorted(topics | set(self._lanes)):
            arrived += self._lane(topic).step(may_send=self._lease.renew)
            self._beat = time.monotonic()
        if arrived or not topics:
            self._progress = time.monotonic()
        for topic in set(self._lanes) - topics:
            if self._lanes[topic].is_empty:
                del self._lanes[topic]
        if all(lane.is_empty for lane in self._lanes.values()):
            self._lease.settle()
        return arrived

    def _lane(self, topic: str) -> TopicLane:
        if topic not in self._lanes:
            self._lanes[topic] = TopicLane(topic, send=self._send, give_up=self._give_up, wake=self._wake_up.set)
        return self._lanes[topic]

    def _end(self) -> None:
        """In order: what is under way comes in, and the next relay need not wait."""
        if not self._leads:
            return
        deadline = time.monotonic() + LAST_REPORTS_SECONDS
        try:
            while time.monotonic() < deadline and not all(lane.is_empty for lane in self._lanes.values()):
                for lane in self._lanes.values():
                    lane.step(may_send=None)
                self._wake_up.clear()  # `stop` has set it
                self._wake_up.wait(IDLE_SECONDS)
            if all(lane.is_empty for lane in self._lanes.values()):
                self._lease.settle()
            step_down(LEADERSHIP)
        except (OperationalError, InterfaceError, LostLease) as error:
            log.warning("outbox_ended_without_mysql", reason=str(error.args[:1]))
        self._follow()

    def _count(self) -> None:
        if time.monotonic() - self._counted < COUNT_EVERY_SECONDS:
            return
        self._counted = time.monotonic()
        waiting = OutboxRow.objects.aggregate(rows=Count("pk"), oldest=Min("recorded_at"))
        metrics.backlog.set(waiting["rows"])
        age = (timezone.now() - waiting["oldest"]).total_seconds() if waiting["oldest"] else 0
        metrics.oldest_age.set(max(age, 0))
        metrics.parked_rows.set(ParkedRow.objects.count())
