"""What is due is done once, what fails is tried again, and what fails for long is parked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from due import services
from due.kinds import acts
from due.models import DueAct
from due.services import MOST_TRIES, carry_out, due_ids, forget_done, record_due, rest_after
from outbox.services import NotInTransaction

pytestmark = pytest.mark.django_db
NOW = timezone.now()


class Bell:
    """An act that can be seen, and can be broken."""

    def __init__(self) -> None:
        self.rung: list[str] = []
        self.broken: set[str] = set()

    def __call__(self, *, reference: str, due_at: datetime, now: datetime) -> None:
        if reference in self.broken:
            raise RuntimeError(f"{reference} is broken")
        self.rung.append(reference)


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch) -> Bell:
    bell = Bell()
    monkeypatch.setattr(services, "acts", lambda: {"bell": bell})
    return bell


def _record(reference: str, *, kind: str = "bell", after: timedelta = timedelta(0)) -> None:
    with transaction.atomic():
        record_due(kind=kind, reference=reference, due_at=NOW + after)


def _work(now: datetime) -> None:
    for act_id in due_ids(now=now, at_most=100):
        carry_out(act_id, now=now)


def test_an_act_is_done_once_and_not_before_its_moment(bell: Bell) -> None:
    _record("later", after=timedelta(hours=1))
    _record("now")
    _record("now")

    _work(NOW)
    assert bell.rung == ["now"]

    _work(NOW + timedelta(hours=2))
    _work(NOW + timedelta(hours=3))
    assert bell.rung == ["now", "later"]


@pytest.mark.django_db(transaction=True)
def test_an_act_is_recorded_with_its_change_or_not_at_all() -> None:
    with pytest.raises(NotInTransaction):
        record_due(kind="bell", reference="alone", due_at=NOW)


def test_what_fails_rests_longer_each_time_and_keeps_nobody_from_theirs(bell: Bell) -> None:
    bell.broken.add("cracked")
    _record("cracked")
    _record("whole")

    _work(NOW)

    assert bell.rung == ["whole"]
    act = DueAct.objects.get(reference="cracked")
    assert (act.tries, act.try_at, act.failure) == (1, NOW + rest_after(1), "RuntimeError: cracked is broken")
    rests = [rest_after(tries) for tries in range(1, MOST_TRIES)]
    assert rests == sorted(rests)
    assert sum(rests, timedelta()) < timedelta(hours=1)


def test_what_fails_for_an_hour_is_parked_and_done_when_an_operator_has_mended_it(bell: Bell) -> None:
    bell.broken.add("cracked")
    _record("cracked")
    for minutes in range(0, 300, 20):
        _work(NOW + timedelta(minutes=minutes))
    act = DueAct.objects.get()
    assert (act.tries, act.try_at, act.done_at) == (MOST_TRIES, None, None)
    assert act.parked_at is not None

    bell.broken.clear()
    call_command("try_parked_acts", "--kind", "bell")
    _work(timezone.now())

    assert bell.rung == ["cracked"]
    assert DueAct.objects.filter(parked_at=None, done_at__isnull=False).count() == 1


def test_half_an_act_that_fails_leaves_nothing(bell: Bell, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(**_: Any) -> None:
        record_due(kind="bell", reference="from the half", due_at=NOW)
        raise RuntimeError("the other half")

    monkeypatch.setattr(services, "acts", lambda: {"half": half, "bell": bell})
    _record("it", kind="half")

    _work(NOW)

    assert not DueAct.objects.filter(kind="bell").exists()


def test_kinds_that_a_release_does_not_know_wait_for_one_that_does(bell: Bell) -> None:
    _record("later release's", kind="gong")

    _work(NOW)

    assert DueAct.objects.get().try_at == NOW


def test_what_was_done_long_ago_goes_and_what_is_to_come_stays(bell: Bell) -> None:
    _record("done")
    _work(NOW)
    _record("to come", after=timedelta(days=40))

    assert forget_done(before=NOW + timedelta(days=31), at_most=10) == 1

    assert [act.reference for act in DueAct.objects.all()] == ["to come"]


def test_every_kind_that_an_app_names_has_somebody_who_does_it() -> None:
    named: dict[str, Callable[..., None]] = dict(acts())

    assert {"booking-reminder-day", "booking-reminder-hours"} <= named.keys()
    assert all(callable(act) for act in named.values())
