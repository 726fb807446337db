"""Workers as processes: two at once, one of them killed in the middle, and each act is done once."""

from __future__ import annotations

import json
import re
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import Account
from bookings.models import Booking
from bookings.reminders.services import record_missing_reminders
from bookings.tests.conftest import groomer, treatment  # noqa: F401  # fixtures
from due.models import DueAct
from messaging.tests.kafka import until
from messaging.tests.workers import Worker, worker
from outbox.models import OutboxRow
from salons.models import FreeTimes, FreeTimesChange, Groomer, Treatment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]
BOOKINGS = 200


@pytest.fixture
def reminders(customer: Account, groomer: Groomer, treatment: Treatment) -> int:  # noqa: F811
    """As many acts are due now, each of which leaves an event."""
    now = timezone.now()
    first = now + timedelta(hours=3)
    Booking.objects.bulk_create(
        Booking(
            customer=customer,
            groomer=groomer,
            treatment=treatment,
            dog_size="small",
            starts_at=first + timedelta(minutes=number),
            ends_at=first + timedelta(minutes=number + 1),
            price=1,
            status=Booking.Status.CONFIRMED,
            booked_at=now - timedelta(days=7),
        )
        for number in range(BOOKINGS)
    )
    record_missing_reminders(now=now)
    return DueAct.objects.filter(try_at__lte=now).count()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[list[Worker]]:
    with ExitStack() as stack:
        yield [stack.enter_context(worker("run_due", log=tmp_path / f"{n}.log")) for n in (1, 2)]


def _answer_of(process: Worker, path: str) -> str:
    found = re.findall(r'"metrics_port": (\d+)', process.log)
    with urllib.request.urlopen(f"http://127.0.0.1:{found[-1]}{path}", timeout=5) as answer:
        return str(answer.read().decode())


def _leader(workers: list[Worker]) -> Worker:
    until(lambda: any("due_worker_leads" in one.log for one in workers), seconds=60)
    return next(one for one in workers if "due_worker_leads" in one.log)


def _done() -> int:
    return DueAct.objects.filter(done_at__isnull=False).count()


def test_who_is_killed_in_the_middle_is_followed_and_nothing_is_done_twice_or_never(
    reminders: int, two: list[Worker]
) -> None:
    assert reminders == BOOKINGS
    leader = _leader(two)
    until(lambda: _done() > 5, seconds=60)

    leader.kill()
    in_between = _done()
    [other] = [one for one in two if one is not leader]
    until(lambda: _done() == reminders, seconds=120)

    assert in_between < reminders, "it was killed in the middle"
    events = Counter(OutboxRow.objects.values_list("event_id", flat=True))
    assert len(events) == reminders
    assert set(events.values()) == {1}
    until(lambda: "main_due_waiting_rows 0.0" in _answer_of(other, "/metrics"))
    until(lambda: not FreeTimesChange.objects.exists())
    assert FreeTimes.objects.filter(check_at__gt=timezone.now()).exists(), "it sweeps quickly"
    assert "main_due_worker_active 1.0" in _answer_of(other, "/metrics")
    assert json.loads(_answer_of(other, "/readyz")) == {"status": "ok"}
    assert other.stop() == 0


def test_one_works_and_the_other_stands_by_until_it_goes(two: list[Worker]) -> None:
    leader = _leader(two)
    [other] = [one for one in two if one is not leader]
    until(lambda: "metrics_port" in other.log, seconds=60)

    assert json.loads(_answer_of(other, "/readyz")) == {"status": "ok"}
    assert "main_due_worker_active 0.0" in _answer_of(other, "/metrics")
    assert leader.stop() == 0
    until(lambda: "due_worker_leads" in other.log)
