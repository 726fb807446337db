"""What is kept of when a salon has time next is what the one availability function says, whatever happened before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from accounts.models import Account
from bookings.models import Hold
from bookings.next_free import keeping
from bookings.next_free.keeping import is_good, keep_due, soonest
from bookings.next_free.queries import next_free_of
from bookings.tests.next_free.calendar import ACTS, HOUR, Calendar, by_the_rules
from conftest import MakeAccount
from salons.models import FreeTimes, FreeTimesChange, Groomer, OpeningHours, Salon, Treatment
from salons.search.finding import find
from salons.search.queries import with_changes
from salons.search.wanted import Free, Wanted

pytestmark = pytest.mark.django_db


def _keep_all(*, now: datetime) -> None:
    while keep_due(now=now):
        pass


def _found(salon: Salon, *, now: datetime) -> datetime | None:
    return next_free_of([Salon.objects.get(pk=salon.pk)], now=now)[salon.pk]


def _may_be_found(salon: Salon, moment: datetime | None, *, now: datetime) -> bool:
    """Whether a search for who has time until this moment looks at it."""
    if moment is None:
        return True
    return salon.pk in {
        hit.salon_id for hit in find(with_changes(Wanted(free=Free(moment, now))), after=None, limit=1_000)
    }


@pytest.mark.parametrize("seed", range(6))
def test_after_whatever_happened_it_is_what_the_rules_say(
    groomer: Groomer, treatment: Treatment, customer: Account, make_account: MakeAccount, seed: int
) -> None:
    calendar = Calendar(groomer.salon, customer, make_account, seed=seed)
    good = 0

    for number in range(40):
        act = calendar.dice.choice(ACTS)
        act(calendar)
        salon, now = Salon.objects.get(pk=groomer.salon_id), calendar.now
        expected = by_the_rules(salon, now=now)

        # Before the worker has come by, and after it.
        assert _found(salon, now=now) == expected, (seed, number, act)
        assert _may_be_found(salon, expected, now=now), (seed, number, act)
        if number % 3 == 0:
            _keep_all(now=now)
            assert _found(salon, now=now) == expected, (seed, number, act)
            assert _may_be_found(salon, expected, now=now), (seed, number, act)
            kept = FreeTimes.objects.get(pk=salon.pk)
            assert is_good(kept, now=now)
            if not Hold.objects.standing(now=now).exists():
                good += 1
                assert soonest(kept, salon, now=now) == expected, (seed, number, act)

    assert good, "else nothing was tried"


def test_a_rule_that_forgets_to_note_a_change_is_seen(groomer: Groomer, treatment: Treatment, at_ten: datetime) -> None:
    """The control: what is kept is really read."""
    now = timezone.now()
    _keep_all(now=now)

    OpeningHours.objects.filter(salon=groomer.salon).update(closes_at=time(10, 30))

    assert _found(groomer.salon, now=now) != by_the_rules(groomer.salon, now=now) is None


def test_it_moves_on_by_itself_until_the_day_is_over(
    groomer: Groomer,
    treatment: Treatment,
    tomorrow: date,
    at_ten: datetime,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    _keep_all(now=at_ten - HOUR)

    with django_assert_max_num_queries(16):  # type: ignore[attr-defined]
        found = [_found(groomer.salon, now=at_ten + number * timedelta(minutes=29)) for number in range(4)]

    assert [moment and (moment - at_ten) for moment in found] == [
        number * timedelta(minutes=30) for number in (1, 1, 2, 3)
    ]
    assert not is_good(FreeTimes.objects.get(pk=groomer.salon_id), now=at_ten + 7 * HOUR)


def test_what_is_no_more_is_forgotten_and_what_was_never_kept_comes_in(groomer: Groomer, treatment: Treatment) -> None:
    now = timezone.now()
    FreeTimesChange.objects.all().delete()

    keeping.keep_missing(now=now)
    _keep_all(now=now)
    kept = FreeTimes.objects.get(pk=groomer.salon_id)
    FreeTimes.objects.create(salon_id=groomer.salon_id + 1_000_000)
    _keep_all(now=now)

    assert kept.free_from == by_the_rules(groomer.salon, now=now)
    assert set(FreeTimes.objects.values_list("pk", flat=True)) == set(Salon.objects.values_list("pk", flat=True))
