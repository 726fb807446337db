"""The database knows what is held, whoever writes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Account
from bookings.holds.states import HoldState
from bookings.models import Booking, Hold
from conftest import MakeAccount
from salons.models import Groomer, Treatment

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def _hold(customer: Account, groomer: Groomer, starts_at: datetime, *, minutes: float = 10) -> Hold:
    now = timezone.now()
    return Hold.objects.create(
        customer=customer,
        groomer=groomer,
        starts_at=starts_at,
        ends_at=starts_at + HOUR,
        visit=[],
        price=1,
        held_at=now,
        held_until=now + timedelta(minutes=minutes),
    )


@pytest.fixture
def other(make_account: MakeAccount) -> Account:
    return make_account()


def _booking(customer: Account, groomer: Groomer, treatment: Treatment, starts_at: datetime) -> Booking:
    """By a release that knows nothing of holds."""
    return Booking.objects.create(
        customer=customer,
        groomer=groomer,
        treatment=treatment,
        dog_size="small",
        starts_at=starts_at,
        ends_at=starts_at + HOUR,
        price=1,
        status=Booking.Status.CONFIRMED,
        booked_at=timezone.now(),
    )


def test_the_database_lets_nobody_book_over_a_hold_whoever_writes(
    customer: Account, other: Account, groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    _hold(customer, groomer, at_ten)
    elsewhen = _booking(other, groomer, treatment, at_ten + 2 * HOUR)

    for starts_at in (at_ten - HOUR / 2, at_ten, at_ten + HOUR / 2):
        with pytest.raises(IntegrityError, match="no_booking_over_a_hold"), transaction.atomic():
            _booking(other, groomer, treatment, starts_at)
    with pytest.raises(IntegrityError, match="no_booking_over_a_hold"), transaction.atomic():
        Booking.objects.filter(pk=elsewhen.pk).update(starts_at=at_ten, ends_at=at_ten + HOUR)
    _booking(other, groomer, treatment, at_ten + HOUR)
    _booking(other, groomer, treatment, at_ten - HOUR)


def test_nor_hold_what_is_booked_or_held(
    customer: Account, other: Account, groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    _booking(other, groomer, treatment, at_ten)
    _hold(customer, groomer, at_ten + 2 * HOUR)

    for starts_at in (at_ten + HOUR / 2, at_ten + 2 * HOUR):
        with pytest.raises(IntegrityError, match="no_two_holds_overlap"), transaction.atomic():
            _hold(other, groomer, starts_at)


HOW = ["its time has passed", "it ends this second, by clocks that differ", "it was let go"]


@pytest.mark.parametrize("how", HOW)
def test_what_does_not_stand_takes_no_time(
    customer: Account, other: Account, groomer: Groomer, treatment: Treatment, at_ten: datetime, how: str
) -> None:
    hold = _hold(customer, groomer, at_ten, minutes=dict(zip(HOW, (-1, 0.01, 10), strict=True))[how])
    if how == "it was let go":
        hold.state = HoldState.RELEASED
        hold.save()

    _booking(other, groomer, treatment, at_ten)

    with pytest.raises(IntegrityError, match="no_two_holds_overlap"), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(state=HoldState.HELD, held_until=timezone.now() + timedelta(minutes=10))
