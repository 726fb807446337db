"""To whom a freed slot is offered, and at which price."""

from __future__ import annotations

import re
from copy import copy
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account
from api.callers.acting import By
from blocks.models import Block
from bookings.holds.services import book_held, release_hold
from bookings.leaving import forget_holds
from bookings.lifecycle.services import cancel_booking
from bookings.models import Booking, Hold, WaitlistEntry
from bookings.services import book_slot
from bookings.tests.races import wish_for
from bookings.tests.waitlist.conftest import Waits
from bookings.visits.asked import AskedTreatment
from bookings.waitlist.offering import MOST_LOOKED_AT
from bookings.waitlist.services import close_entry, leave_waitlist
from bookings.waitlist.states import WaitState
from conftest import MakeAccount
from due.services import carry_out, due_ids
from prices.models import PriceRule
from prices.rules import Facts, Matting
from salons.models import DogSize, Groomer, Salon, Treatment

pytestmark = pytest.mark.django_db


def _one_like(entry: WaitlistEntry) -> WaitlistEntry:
    other = copy(entry)
    other.pk = uuid4()
    return other


def _state_of(entry: WaitlistEntry) -> str:
    return str(WaitlistEntry.objects.get(pk=entry.pk).state)


def test_who_is_apart_from_the_groomer_is_offered_nothing(booked: Booking, waits: Waits, groomer: Groomer) -> None:
    blocked, blocking, other = waits(), waits(), waits()
    Block.objects.create(account=groomer.account, blocked_id=blocked.customer_id, since=timezone.now())
    Block.objects.create(account_id=blocking.customer_id, blocked=groomer.account, since=timezone.now())

    cancel_booking(booked.pk, by=By(booked.customer_id, timezone.now()))

    assert [_state_of(one) for one in (blocked, blocking, other)] == ["waiting", "waiting", "offered"]


def test_an_offer_has_the_price_for_the_coat_that_was_described(
    booked: Booking, waits: Waits, groomer: Groomer, treatment: Treatment
) -> None:
    PriceRule.objects.create(salon=groomer.salon, reason="matting", value="heavy", won=9_000)
    matted = AskedTreatment(treatment_id=treatment.pk, dog_size=DogSize.SMALL, facts=Facts(matting=Matting.HEAVY))
    entry = waits(treatments=[matted])

    cancel_booking(booked.pk, by=By(booked.customer_id, timezone.now()))

    offer = Hold.objects.get(offer_of=entry, state="held")
    assert offer.price == 39_000
    booking = book_held(offer.pk, by=By(entry.customer_id, timezone.now())).booking
    [shown] = Booking.objects.get(pk=booking.pk).visit
    assert (shown.base, shown.lines, shown.price) == (30_000, [{"reason": "matting", "won": 9_000}], 39_000)


def test_an_account_that_is_deleted_passes_on_what_it_was_offered(booked: Booking, waits: Waits) -> None:
    gone, next_one = waits(), waits()
    cancel_booking(booked.pk, by=By(booked.customer_id, timezone.now()))

    forget_holds(account_id=gone.customer_id, now=timezone.now())

    assert _state_of(next_one) == WaitState.OFFERED
    assert not Hold.objects.filter(customer_id=gone.customer_id).exists()
    assert not WaitlistEntry.objects.filter(pk=gone.pk).exists()


def test_one_person_is_offered_a_slot_once_however_often_they_wait(
    booked: Booking, waits: Waits, tomorrow: date
) -> None:
    one = waits()
    again = waits(customer_id=one.customer_id, last_day=tomorrow + timedelta(days=1))
    other = waits()
    cancel_booking(booked.pk, by=By(booked.customer_id, timezone.now()))

    offer = Hold.objects.get(offer_of=one, state="held")
    release_hold(offer.pk, by=By(one.customer_id, timezone.now()))

    assert [_state_of(entry) for entry in (one, again, other)] == ["waiting", "waiting", "offered"]


def test_who_holds_that_time_elsewhere_is_passed_over(
    booked: Booking, waits: Waits, make_account: MakeAccount, groomer: Groomer
) -> None:
    busy, other = waits(), waits()
    elsewhere = Groomer.objects.create(
        salon=groomer.salon, account=make_account(role=Account.Role.GROOMER), name="다른 미용사"
    )
    now = timezone.now()
    Hold.objects.create(
        customer_id=busy.customer_id,
        groomer=elsewhere,
        starts_at=booked.starts_at,
        ends_at=booked.ends_at,
        visit=[],
        price=1,
        held_at=now,
        held_until=now + timedelta(minutes=15),
    )

    cancel_booking(booked.pk, by=By(booked.customer_id, now))

    assert [_state_of(one) for one in (busy, other)] == ["waiting", "offered"]


def test_those_for_whom_it_is_too_short_take_nobody_s_place(
    booked: Booking, waits: Waits, groomer: Groomer, treatment: Treatment, make_account: MakeAccount
) -> None:
    """However many of them came before."""
    at_eleven = wish_for(groomer, treatment, booked.starts_at + timedelta(hours=1))
    book_slot(at_eleven, by=By(make_account().pk, timezone.now()))
    too_long = waits(size=DogSize.LARGE)
    WaitlistEntry.objects.bulk_create(_one_like(too_long) for _ in range(MOST_LOOKED_AT))
    other = waits()

    cancel_booking(booked.pk, by=By(booked.customer_id, timezone.now()))

    assert [_state_of(one) for one in (too_long, other)] == ["waiting", "offered"]


def test_who_waits_for_what_is_gone_is_closed_when_it_is_looked_at(booked: Booking, waits: Waits) -> None:
    gone, other = waits(), waits()
    WaitlistEntry.objects.filter(pk=gone.pk).update(asked=[{**gone.asked[0], "treatment_id": 10**9}])

    cancel_booking(booked.pk, by=By(booked.customer_id, timezone.now()))

    assert [_state_of(one) for one in (gone, other)] == ["closed", "offered"]


def test_whose_offer_went_with_its_groomer_is_offered_another(booked: Booking, waits: Waits, groomer: Groomer) -> None:
    entry = waits()
    WaitlistEntry.objects.filter(pk=entry.pk).update(state=WaitState.OFFERED)

    cancel_booking(booked.pk, by=By(booked.customer_id, timezone.now()))

    assert _state_of(entry) == WaitState.OFFERED
    assert Hold.objects.filter(offer_of=entry, groomer=groomer, state="held").exists()


def test_whose_offer_went_with_its_groomer_is_closed_when_its_days_are_over(waits: Waits) -> None:
    entry = waits()
    WaitlistEntry.objects.filter(pk=entry.pk).update(state=WaitState.OFFERED)
    now = timezone.now()

    close_entry(reference=str(entry.pk), due_at=now, now=now)

    assert _state_of(entry) == WaitState.CLOSED


def test_who_leaves_passes_on_what_was_offered_by_a_groomer_who_has_moved_on(
    booked: Booking, waits: Waits, groomer: Groomer
) -> None:
    entry = waits()
    cancel_booking(booked.pk, by=By(booked.customer_id, timezone.now()))
    elsewhere = Salon.objects.create(region=groomer.salon.region, name="다른 살롱", address="서울")
    Groomer.objects.filter(pk=groomer.pk).update(salon=elsewhere)

    with CaptureQueriesContext(connection) as asked:
        leave_waitlist(entry.pk, by=By(entry.customer_id, timezone.now()))

    locks = [query["sql"] for query in asked if "FOR UPDATE" in query["sql"]]
    tables = [table for sql in locks for table in re.findall("FROM `((?:salons_groomer|bookings_)\\w*)`", sql)]
    assert tables[:3] == ["salons_groomer", "bookings_hold", "bookings_waitlistentry"]
    assert f"({groomer.pk})" in next(sql for sql in locks if "FROM `salons_groomer`" in sql)
    assert not Hold.objects.filter(offer_of=entry, state="held").exists()


@pytest.mark.parametrize("leaves", [True, False])
def test_it_is_forgotten_a_month_after_its_days(waits: Waits, *, leaves: bool) -> None:
    entry = waits()
    if leaves:
        leave_waitlist(entry.pk, by=By(entry.customer_id, timezone.now()))

    seen = []
    for days in (4, 33, 35):
        later = timezone.now() + timedelta(days=days)
        for act_id in due_ids(now=later, at_most=100):
            carry_out(act_id, now=later)
        seen.append(WaitlistEntry.objects.filter(pk=entry.pk).exists())

    assert seen == [True, True, False]
