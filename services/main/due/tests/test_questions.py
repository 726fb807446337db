"""What asks somebody else's servers is due as an act is, and no transaction waits for an answer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from due import services
from due.models import DueAct
from due.services import LONGEST_QUESTION, MOST_TRIES, carry_out, due_ids, record_due

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SOON = timedelta(seconds=5)


class Oracle:
    """Answers after so many questions."""

    def __init__(self) -> None:
        self.asked: list[datetime] = []
        self.answers_at = 1
        self.in_transaction: list[bool] = []
        self.error: Exception | None = None

    def __call__(self, *, reference: str, due_at: datetime, now: datetime) -> datetime | None:
        self.asked.append(now)
        self.in_transaction.append(connection.in_atomic_block)
        if self.error is not None:
            raise self.error
        return None if len(self.asked) >= self.answers_at else now + SOON


@pytest.fixture
def oracle(monkeypatch: pytest.MonkeyPatch) -> Oracle:
    oracle = Oracle()
    monkeypatch.setattr(services, "questions", lambda: {"oracle": oracle})
    with transaction.atomic():
        record_due(kind="oracle", reference="it", due_at=NOW)
    return oracle


def _work(now: datetime) -> None:
    for act_id in due_ids(now=now, at_most=100):
        carry_out(act_id, now=now)


def test_it_is_asked_until_it_is_answered_and_then_no_more(oracle: Oracle) -> None:
    oracle.answers_at = 3
    for seconds in (0, 1, 5, 10, 60):
        _work(NOW + timedelta(seconds=seconds))

    assert [(asked - NOW).seconds for asked in oracle.asked] == [0, 5, 10]
    act = DueAct.objects.get()
    assert (act.try_at, act.tries, act.done_at) == (None, 0, NOW + 2 * SOON)


@pytest.mark.django_db(transaction=True)
def test_no_transaction_waits_for_the_answer(oracle: Oracle) -> None:
    _work(NOW)

    assert oracle.in_transaction == [False]
    assert DueAct.objects.get().done_at == NOW


def test_who_dies_while_they_ask_is_followed(oracle: Oracle) -> None:
    oracle.error = OperationalError(2013, "Lost connection")
    with pytest.raises(OperationalError):
        _work(NOW)
    oracle.error = None

    _work(NOW + LONGEST_QUESTION / 2)
    assert len(oracle.asked) == 1
    _work(NOW + LONGEST_QUESTION)
    assert len(oracle.asked) == 2
    assert DueAct.objects.get().tries == 0


def test_what_fails_is_parked_as_an_act_is(oracle: Oracle) -> None:
    oracle.error = RuntimeError("cracked")
    for minutes in range(0, 20 * MOST_TRIES, 20):
        _work(NOW + timedelta(minutes=minutes))

    act = DueAct.objects.get()
    assert (act.tries, act.try_at, act.failure) == (MOST_TRIES, None, "RuntimeError: cracked")
    assert act.parked_at is not None
