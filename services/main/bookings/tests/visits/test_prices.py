"""What is shown is what is charged: prices, free times and bookings go by one set of rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from bookings.models import BookedTreatment, Booking
from conftest import MakeAccount
from dogs.models import Dog
from notifications.mails.of_bookings import send_waiting_mails
from notifications.services import deliver_notifications
from outbox.models import OutboxRow
from prices.models import PriceRule
from salon_contracts.events.bookings import BookingConfirmedV1
from salons.models import Groomer, Treatment

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Account], APIClient]
Parts = tuple[int, dict[str, int], int]


@pytest.fixture(autouse=True)
def rules(groomer: Groomer, treatment: Treatment, clipping: Treatment) -> list[PriceRule]:
    """Curly coats cost more, heavy matting half as much again, clipping who may bite, and who is heavy."""
    salon = groomer.salon
    rows = [
        PriceRule(salon=salon, reason="coat", value="curly", won=7_000),
        PriceRule(salon=salon, reason="matting", value="heavy", percent=50),
        PriceRule(salon=salon, treatment=clipping, reason="temperament", value="may-bite", won=15_000),
        PriceRule(salon=salon, reason="weight", least=20_000, won=4_000),
    ]
    return PriceRule.objects.bulk_create(rows)


@pytest.fixture
def biter(bori: Dog) -> Dog:
    """Small, curly, and may bite."""
    bori.temperament = ["may-bite"]
    bori.save()
    return bori


def _parts(one: dict[str, Any], total: str = "price") -> Parts:
    return one["base"], {line["reason"]: line["won"] for line in one["lines"]}, one[total]


def _book(client: APIClient, groomer: Groomer, at: datetime, *treatments: dict[str, Any]) -> Any:
    body = {"groomer_id": groomer.pk, "starts_at": at.isoformat(), "treatments": list(treatments)}
    return client.post("/api/v1/bookings", body, format="json")


def test_prices_free_times_and_the_booking_say_the_same(
    client_of: ClientOf,
    customer: Account,
    groomer: Groomer,
    treatment: Treatment,
    clipping: Treatment,
    biter: Dog,
    at_ten: datetime,
) -> None:
    client, salon = client_of(customer), f"/api/v1/salons/{groomer.salon_id}"
    dog = {"weight_grams": "5000", "coat": "curly", "matting": "heavy"}
    facts = ";".join(f"{name}={value}" for name, value in {**dog, "temperament": "may-bite"}.items())

    priced = client.get(f"{salon}/prices", {**dog, "temperament": "may-bite"}).json()["items"]
    listed = client.get(f"{salon}/slots", {"visit": f"{treatment.pk}:small;{facts},{clipping.pk}:small;{facts}"}).json()
    matted = {"dog_id": str(biter.pk), "matting": "heavy"}
    both = [{"treatment_id": treatment.pk, **matted}, {"treatment_id": clipping.pk, **matted}]
    booked = _book(client, groomer, at_ten, *both).json()

    bath = (30_000, {"coat": 7_000, "matting": 15_000}, 52_000)
    clip = (50_000, {"coat": 7_000, "matting": 25_000, "temperament": 15_000}, 97_000)
    assert [_parts(one, "total") for one in priced] == [bath, clip]
    assert [_parts(one) for one in listed["treatments"]] == [bath, clip]
    assert [_parts(one) for one in booked["treatments"]] == [bath, clip]
    assert listed["price"] == booked["price"] == 149_000


def test_of_a_dog_of_which_nothing_is_known_but_its_size_only_what_is_said_counts(
    client_of: ClientOf, customer: Account, groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    """Neither its coat nor its weight: 50,000 for a large one, and what its owner says of the coat today."""
    matted = {"treatment_id": treatment.pk, "dog_size": "large", "matting": "heavy"}

    booked = _book(client_of(customer), groomer, at_ten, matted).json()

    assert _parts(booked["treatments"][0]) == (50_000, {"matting": 25_000}, 75_000)


def test_what_is_booked_keeps_its_price_whatever_becomes_of_rules_and_dog(
    client_of: ClientOf, customer: Account, groomer: Groomer, treatment: Treatment, biter: Dog, at_ten: datetime
) -> None:
    client = client_of(customer)
    booked = _book(client, groomer, at_ten, {"treatment_id": treatment.pk, "dog_id": str(biter.pk)}).json()

    PriceRule.objects.all().delete()
    Treatment.objects.filter(pk=treatment.pk).update(price_small=99_000)
    biter.delete()

    [shown] = client.get(f"/api/v1/bookings/{booked['id']}").json()["treatments"]
    assert _parts(shown) == (30_000, {"coat": 7_000}, 37_000)


def test_a_moved_booking_keeps_its_price(
    client_of: ClientOf, customer: Account, groomer: Groomer, treatment: Treatment, biter: Dog, at_ten: datetime
) -> None:
    client = client_of(customer)
    booked = _book(client, groomer, at_ten, {"treatment_id": treatment.pk, "dog_id": str(biter.pk)}).json()
    PriceRule.objects.update(won=99_000)

    at = at_ten.replace(hour=13).isoformat()
    moved = client.post(f"/api/v1/bookings/{booked['id']}/reschedule", {"starts_at": at}, format="json").json()

    assert (moved["price"], moved["treatments"]) == (37_000, booked["treatments"])


def test_the_rules_of_another_salon_cost_nobody_anything(
    client_of: ClientOf, customer: Account, make_account: MakeAccount, groomer: Groomer, biter: Dog, at_ten: datetime,
    treatment: Treatment,
) -> None:  # fmt: skip
    PriceRule.objects.all().delete()
    booked = _book(client_of(customer), groomer, at_ten, {"treatment_id": treatment.pk, "dog_id": str(biter.pk)}).json()

    assert _parts(booked["treatments"][0]) == (30_000, {}, 30_000)


def test_what_a_release_booked_that_kept_no_parts_is_shown_as_its_price(
    client_of: ClientOf, customer: Account, wish: dict[str, Any]
) -> None:
    client = client_of(customer)
    booked = client.post("/api/v1/bookings", wish).json()
    BookedTreatment.objects.update(price_sheet=None)

    [shown] = client.get(f"/api/v1/bookings/{booked['id']}").json()["treatments"]
    assert _parts(shown) == (30_000, {}, 30_000)
    BookedTreatment.objects.all().delete()
    [shown] = client.get(f"/api/v1/bookings/{booked['id']}").json()["treatments"]
    assert _parts(shown) == (30_000, {}, 30_000)


def test_a_visit_is_one_number_however_dear_the_rules_make_it(
    client_of: ClientOf, customer: Account, groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    """The column, the event and the fee of cancelling have 32 bits."""
    treatment.price_small, treatment.minutes_small = 10_000_000, 5
    treatment.save()
    PriceRule.objects.bulk_create(
        PriceRule(salon=groomer.salon, reason="matting", value="heavy", won=1_000_000, percent=300) for _ in range(96)
    )
    dear = {"treatment_id": treatment.pk, "dog_size": "small", "matting": "heavy"}

    booked = _book(client_of(customer), groomer, at_ten, *[dear] * 10)

    assert (booked.status_code, booked.json()["price"]) == (201, 2_000_000_000)


def test_both_sides_read_in_the_mail_what_it_costs(
    client_of: ClientOf, customer: Account, groomer: Groomer, treatment: Treatment, biter: Dog, at_ten: datetime
) -> None:
    _book(client_of(customer), groomer, at_ten, {"treatment_id": treatment.pk, "dog_id": str(biter.pk)})
    event = BookingConfirmedV1.model_validate_json(bytes(OutboxRow.objects.get().value))
    without = event.model_copy(update={"price": None, "event_id": Booking.objects.get().pk})

    deliver_notifications(events=[event, without], now=timezone.now())
    send_waiting_mails(now=timezone.now())

    assert ["가격: 37,000원" in str(one.body) for one in mail.outbox].count(True) == 2
    assert ["가격" in str(one.body) for one in mail.outbox].count(False) == 2


@pytest.mark.parametrize(
    "facts",
    [
        *(";weight_grams=21000", ";weight_grams=0", ";weight_grams=1;weight_grams=2", ";coat=red", ";temperament=lazy"),
        *(";matting=much", ";travel_metres=5", ";coat", ";", ";coat=curly;coat=curly", ";name=bori"),
    ],
)
def test_what_is_not_said_rightly_of_a_dog_is_refused(
    stranger: APIClient, groomer: Groomer, treatment: Treatment, facts: str, tomorrow: date
) -> None:
    query = {"visit": f"{treatment.pk}:small{facts}", "from": tomorrow.isoformat()}

    answer = stranger.get(f"/api/v1/salons/{groomer.salon_id}/slots", query)

    assert (answer.status_code, json.loads(answer.content)["errors"][0]["field"]) == (422, "visit")
