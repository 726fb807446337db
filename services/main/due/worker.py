"""Does what has become due, for as long as it runs: one worker leads, the others stand by."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from django.apps import apps
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.module_loading import import_string
from prometheus_client import Gauge

from due import metrics
from due.kinds import Reading, known_kinds
from due.models import DueAct
from due.services import carry_out, due_ids, forget_done
from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage
from serving.leadership import step_down, try_to_lead

log = get_logger(__name__)

LEADERSHIP = "due"
IDLE_SECONDS = 0.5
AFTER_FAILURE_SECONDS = 0.5
STAND_BY_SECONDS = 1
COUNT_EVERY_SECONDS = 1.0
TEND_EVERY_SECONDS = 600.0
SWEEP_EVERY_SECONDS = 2.0
HANGS_AFTER_SECONDS = 60.0
STUCK_AFTER_SECONDS = 10.0
AT_ONCE = 100
DONE_KEPT = timedelta(days=30)
FORGOTTEN_AT_ONCE = 1_000


class DueWorker:
    """Runs on the caller's thread, with a MySQL connection of its own; `stop` may be called from anywhere."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._leads = False
        self._beat = self._progress = time.monotonic()
        self._last: dict[str, float] = {}

    @property
    def is_alive(self) -> bool:
        return time.monotonic() - self._beat < HANGS_AFTER_SECONDS

    @property
    def is_ready(self) -> bool:
        """Whether MySQL answers. Standing by is being ready too."""
        return time.monotonic() - self._progress < STUCK_AFTER_SECONDS

    def stop(self) -> None:
        """End the act in hand, then end."""
        self._stopping.set()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._work()
            except (OperationalError, InterfaceError) as error:
                # The lock went with the connection, so everything begins anew.
                outage(log.warning, "due_lost_mysql", reason=str(error.args[:1]))
                self._follow()
                connection.close()
                self._stopping.wait(AFTER_FAILURE_SECONDS)
            self._beat = time.monotonic()
        self._end()
        connection.close()

    def _work(self) -> None:
        if not self._leads:
            if not try_to_lead(LEADERSHIP, wait_seconds=STAND_BY_SECONDS):
                self._progress = time.monotonic()
                return
            self._leads = True
            self._last.clear()
            metrics.active.set(1)
            log.info("due_worker_leads")
        self._every(TEND_EVERY_SECONDS, "tend", tend)
        self._every(SWEEP_EVERY_SECONDS, "sweep", sweep_quickly)
        found = self._carry_out_some()
        self._progress = time.monotonic()
        self._every(COUNT_EVERY_SECONDS, "count", count)
        if not found:
            self._stopping.wait(IDLE_SECONDS)

    def _carry_out_some(self) -> int:
        found = due_ids(now=timezone.now(), at_most=AT_ONCE)
        for act_id in found:
            if self._stopping.is_set():
                break
            carry_out(act_id, now=timezone.now())
            self._beat = self._progress = time.monotonic()
        return len(found)

    def _every(self, seconds: float, name: str, do: Callable[[], None]) -> None:
        if time.monotonic() - self._last.get(name, float("-inf")) >= seconds:
            self._last[name] = time.monotonic()
            do()

    def _follow(self) -> None:
        self._leads = False
        gauges = (gauge for gauge, _ in gauges_of_apps())
        for gauge in (metrics.active, metrics.waiting, metrics.oldest_age, metrics.parked_rows, *gauges):
            gauge.set(0)

    def _end(self) -> None:
        if self._leads:
            try:
                step_down(LEADERSHIP)
            except (OperationalError, InterfaceError) as error:
                log.warning("due_ended_without_mysql", reason=str(error.args[:1]))
        self._follow()


def count() -> None:
    now = timezone.now()
    due = DueAct.objects.filter(try_at__lte=now, kind__in=known_kinds())
    oldest = due.order_by("try_at").values_list("try_at", flat=True).first()
    metrics.waiting.set(due.count())
    metrics.oldest_age.set((now - oldest).total_seconds() if oldest else 0)
    metrics.parked_rows.set(DueAct.objects.filter(parked_at__isnull=False).count())
    for gauge, read in gauges_of_apps():
        gauge.set(read(now=now))


@cache
def gauges_of_apps() -> list[tuple[Gauge, Reading]]:
    named = (path for config in apps.get_app_configs() for path in getattr(config, "due_gauges", ()))
    return [pair for path in named for pair in import_string(path)]


def tend() -> None:
    """What a release did that records no acts has its acts recorded now, and what was done long ago goes.

    `sweeps` of an AppConfig are for what rows say of themselves: no transaction holds them, and each ends soon.
    """
    now = timezone.now()
    for config in apps.get_app_configs():
        for path in getattr(config, "records_missing_acts", ()):
            try:
                import_string(path)(now=now)
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                log.exception("due_acts_not_recorded", rule=path)
    _sweep("sweeps", now=now)
    forget_done(before=now - DONE_KEPT, at_most=FORGOTTEN_AT_ONCE)


def sweep_quickly() -> None:
    """`quick_sweeps` of an AppConfig: what people look for, and would miss for ten minutes."""
    _sweep("quick_sweeps", now=timezone.now())


def _sweep(which: str, *, now: datetime) -> None:
    for config in apps.get_app_configs():
        for path in getattr(config, which, ()):
            try:
                import_string(path)(now=now)
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                log.exception("due_sweep_failed", rule=path)
