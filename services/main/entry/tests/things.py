"""One thing of each kind between a customer and a groomer, for whoever tries to reach it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

from django.utils import timezone

from accounts.models import Account, Session, SocialIdentity
from api.callers.acting import By
from bookings.lifecycle.states import State
from bookings.models import Booking, Hold, TimeOff, WaitlistEntry
from calendars.services import make_feed
from chat.models import Room
from dogs.services import add_dog
from payments.models import Payment
from photos.models import Photo
from reviews.models import Review
from salons.models import Groomer, Treatment

_BORI = {
    "name": "보리",
    "breed": "mixed",
    "born_in": date(2021, 3, 1),
    "sex": "female",
    "neutered": "yes",
    "weight_grams": 5_000,
    "coat": "curly",
}


def things_between(customer: Account, groomer: Groomer, treatment: Treatment) -> dict[str, object]:
    """What addresses name, one of each kind, by the name in the address."""
    now = timezone.now()
    return {
        "salon_id": groomer.salon_id,
        "groomer_id": groomer.pk,
        "booking_id": _booking(customer, groomer, treatment).pk,
        "entry_id": _entry(customer, groomer).pk,
        "feed_id": make_feed(by=By(customer.pk, now)).feed.pk,
        "hold_id": _hold(customer, groomer, treatment).pk,
        "payment_id": _payment(customer).pk,
        "review_id": _review(customer, groomer, treatment).pk,
        "room_id": Room.objects.create(customer=customer, groomer=groomer).pk,
        "time_off_id": TimeOff.objects.create(groomer=groomer, starts_at=now, ends_at=now + timedelta(hours=1)).pk,
        "account_id": groomer.account_id,
        **_dog_with_photo(customer),
        "session_id": Session.objects.create(account=customer, started_at=now).pk,
        "provider": _connected(customer).provider,
    }


def _dog_with_photo(customer: Account) -> dict[str, object]:
    now = timezone.now()
    dog = add_dog(_BORI, by=By(customer.pk, now)).dog
    photo = Photo.objects.create(
        account=customer, purpose="dog", declared_bytes=1, state=Photo.State.READY, dog=dog, created_at=now
    )
    return {"dog_id": dog.pk, "photo_id": photo.pk}


def _connected(customer: Account) -> SocialIdentity:
    return SocialIdentity.objects.create(account=customer, provider="google", uid="1", connected_at=timezone.now())


def _booking(
    customer: Account, groomer: Groomer, treatment: Treatment, *, starts_at: datetime | None = None, ending: str = ""
) -> Booking:
    starts_at = starts_at or timezone.now().replace(microsecond=0) + timedelta(days=1)
    return Booking.objects.create(
        customer=customer,
        groomer=groomer,
        treatment=treatment,
        dog_size="small",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        price=30_000,
        status=Booking.Status.CONFIRMED,
        ending=ending,
        booked_at=timezone.now(),
    )


def _review(customer: Account, groomer: Groomer, treatment: Treatment) -> Review:
    """Of a visit of yesterday."""
    then = timezone.now().replace(microsecond=0) - timedelta(days=1)
    visit = _booking(customer, groomer, treatment, starts_at=then, ending=State.COMPLETED)
    return Review.objects.create(
        booking=visit, salon=groomer.salon, stars=4, text="좋았어요", written_at=timezone.now()
    )


def _hold(customer: Account, groomer: Groomer, treatment: Treatment) -> Hold:
    now = timezone.now().replace(microsecond=0)
    one = {"treatment_id": treatment.pk, "dog_id": None, "dog_size": "small"}
    return Hold.objects.create(
        customer=customer,
        groomer=groomer,
        starts_at=now + timedelta(days=2),
        ends_at=now + timedelta(days=2, hours=1),
        visit=[{**one, "minutes": 60, "price": 1, "price_sheet": {"base": 1, "lines": []}}],
        price=1,
        held_at=now,
        held_until=now + timedelta(minutes=10),
    )


def _payment(customer: Account) -> Payment:
    order_id = f"salon-{uuid4().hex}"
    return Payment.objects.create(customer=customer, hold=uuid4(), order_id=order_id, won=100, begun_at=timezone.now())


def _entry(customer: Account, groomer: Groomer) -> WaitlistEntry:
    now = timezone.now()
    day = now.date() + timedelta(days=1)
    return WaitlistEntry.objects.create(
        customer=customer, salon=groomer.salon, asked=[], first_day=day, last_day=day, joined_at=now
    )
