"""Two workers that both believe to lead, and one act."""

from __future__ import annotations

import threading
from datetime import datetime
from functools import partial
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from bookings.tests.races import race
from due import services
from due.models import DueAct
from due.services import carry_out, record_due

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def act() -> DueAct:
    with transaction.atomic():
        record_due(kind="bell", reference="it", due_at=timezone.now())
    return DueAct.objects.get()


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who rings is a moment at it: long enough for another to come by."""
    rung: list[str] = []
    another = threading.Barrier(2)

    def ring(*, reference: str, due_at: datetime, now: datetime) -> None:
        rung.append(reference)
        try:
            another.wait(timeout=1)
        except threading.BrokenBarrierError:
            return

    monkeypatch.setattr(services, "acts", lambda: {"bell": ring})
    return rung


def _both(act: DueAct) -> list[object]:
    return race([partial(carry_out, act.pk, now=timezone.now())] * 2)


def test_one_does_it_and_the_other_passes_on(act: DueAct, rung: list[str]) -> None:
    outcomes = _both(act)

    assert rung == ["it"]
    assert sorted(map(str, outcomes)) == ["False", "True"]


def test_without_the_lock_of_the_row_both_would_do_it(act: DueAct, rung: list[str]) -> None:
    def unlocked(rows: QuerySet[Any], **_: Any) -> QuerySet[Any]:
        return rows

    with mock.patch.object(QuerySet, "select_for_update", unlocked):
        _both(act)

    assert rung == ["it", "it"]
