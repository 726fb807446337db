"""To whom a freed slot is offered, and at which price."""

from __future__ import annotations

import pytest
from django.utils import timezone

from api.callers.acting import By
from blocks.models import Block
from bookings.holds.services import book_held
from bookings.leaving import forget_holds
from bookings.lifecycle.services import cancel_booking
from bookings.models import Booking, Hold, WaitlistEntry
from bookings.tests.waitlist.conftest import Waits
from bookings.visits.asked import AskedTreatment
from bookings.waitlist.states import WaitState
from prices.models import PriceRule
from prices.rules import Facts, Matting
from salons.models import DogSize, Groomer, Treatment

pytestmark = pytest.mark.django_db


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
