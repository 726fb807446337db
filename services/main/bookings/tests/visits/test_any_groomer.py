"""Any groomer of a salon: who is free, who is chosen, and what happens when many ask at one moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from api.callers.acting import By
from bookings.errors import SlotTaken
from bookings.models import Booking, TimeOff
from bookings.services import Booked, Wish, book_slot
from bookings.tests.races import race, without_the_triggers
from bookings.visits.asked import AskedTreatment
from conftest import MakeAccount
from outbox.models import OutboxRow
from salons.models import DogSize, Groomer, Salon, Treatment
from salons.slots import SEOUL

pytestmark = pytest.mark.django_db(transaction=True)
ClientOf = Callable[[Account], APIClient]
CUSTOMERS = 10


@pytest.fixture
def any_of(groomer: Groomer, other_groomer: Groomer, treatment: Treatment, at_ten: datetime) -> dict[str, Any]:
    return {
        "salon_id": groomer.salon_id,
        "starts_at": at_ten.isoformat(),
        "treatments": [{"treatment_id": treatment.pk, "dog_size": "small"}],
    }


def _times(client: APIClient, treatment: Treatment, day: date, **more: str) -> dict[str, Any]:
    query = {"visit": f"{treatment.pk}:small", "from": day.isoformat(), "days": "1", **more}
    answer = client.get(f"/api/v1/salons/{treatment.salon_id}/slots", query)
    assert answer.status_code == 200, answer.json()
    return dict(answer.json())


def _clock(slot: dict[str, Any]) -> str:
    return f"{datetime.fromisoformat(slot['starts_at']).astimezone(SEOUL):%H:%M}"


def _free(found: dict[str, Any]) -> dict[str, list[int]]:
    return {_clock(slot): slot["groomers"] for slot in found["items"]}


def test_a_salon_has_time_when_one_of_its_groomers_has(
    stranger: APIClient,
    groomer: Groomer,
    other_groomer: Groomer,
    treatment: Treatment,
    tomorrow: date,
    at_ten: datetime,
) -> None:
    for one, hour in ((groomer, 0), (other_groomer, 2)):
        away = at_ten + timedelta(hours=hour)
        TimeOff.objects.create(groomer=one, starts_at=away, ends_at=away + timedelta(hours=3))

    free = _free(_times(stranger, treatment, tomorrow))

    assert (free["10:00"], free["11:00"], free["13:00"]) == ([other_groomer.pk], [other_groomer.pk], [groomer.pk])
    assert {"11:30", "12:00", "12:30"} & set(free) == set()
    assert free["15:00"] == [groomer.pk, other_groomer.pk]


def test_what_a_visit_takes_and_costs_is_said_before_anybody_signs_in(
    stranger: APIClient, treatment: Treatment, tomorrow: date, groomer: Groomer
) -> None:
    found = _times(stranger, treatment, tomorrow, visit=f"{treatment.pk}:small,{treatment.pk}:large")

    assert (found["minutes"], found["price"], found["time_zone"]) == (150, 80_000, "Asia/Seoul")
    first = found["items"][0]
    assert datetime.fromisoformat(first["ends_at"]) - datetime.fromisoformat(first["starts_at"]) == timedelta(hours=2.5)


@pytest.mark.parametrize(
    "visit", ["", "7", "7:small,", "7:giant", "a:small", "0:small", "7:small;8:large", "7:small," * 11]
)
def test_a_visit_that_cannot_be_read_is_refused(stranger: APIClient, groomer: Groomer, visit: str) -> None:
    answer = stranger.get(f"/api/v1/salons/{groomer.salon_id}/slots", {"visit": visit})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "visit")


def test_what_is_not_there_is_not_found(stranger: APIClient, groomer: Groomer, treatment: Treatment) -> None:
    visit = f"{treatment.pk}:small"
    nobody = stranger.get("/api/v1/salons/999999999/slots", {"visit": visit})
    no_groomer = stranger.get(f"/api/v1/salons/{groomer.salon_id}/slots", {"visit": visit, "groomer": "999999999"})
    no_treatment = stranger.get(f"/api/v1/salons/{groomer.salon_id}/slots", {"visit": "999999999:small"})

    assert (nobody.status_code, no_groomer.status_code) == (404, 404)
    assert (no_treatment.status_code, no_treatment.json()["errors"][0]["field"]) == (422, "visit.treatment_id")


def test_the_groomer_with_the_fewest_visits_that_day_is_chosen(
    client_of: ClientOf, make_account: MakeAccount, any_of: dict[str, Any], groomer: Groomer, at_ten: datetime
) -> None:
    chosen = []
    for hour in range(4):
        body = {**any_of, "starts_at": (at_ten + timedelta(hours=hour)).isoformat()}
        chosen.append(client_of(make_account()).post("/api/v1/bookings", body, format="json").json()["groomer"]["id"])

    assert len(set(chosen)) == 2
    assert chosen[:2] == chosen[2:]


def test_any_groomer_is_taken_when_all_are(
    client_of: ClientOf, make_account: MakeAccount, any_of: dict[str, Any]
) -> None:
    answers = [client_of(make_account()).post("/api/v1/bookings", any_of, format="json") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert answers[2].json()["code"] == "slot-taken"


def test_the_same_wish_of_any_groomer_again_is_the_same_booking(
    client_of: ClientOf, customer: Account, any_of: dict[str, Any]
) -> None:
    first, again = (client_of(customer).post("/api/v1/bookings", any_of, format="json") for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


def test_a_salon_that_is_not_there_and_one_without_groomers(
    client_of: ClientOf, customer: Account, any_of: dict[str, Any], groomer: Groomer
) -> None:
    empty = Salon.objects.create(region=groomer.salon.region, name="빈 살롱", address="서울")

    nowhere = client_of(customer).post("/api/v1/bookings", {**any_of, "salon_id": 999_999_999}, format="json")
    nobody = client_of(customer).post("/api/v1/bookings", {**any_of, "salon_id": empty.pk}, format="json")

    assert (nowhere.status_code, nowhere.json()["errors"][0]["field"]) == (422, "salon_id")
    assert (nobody.status_code, nobody.json()["code"]) == (422, "slot-not-offered")


def test_a_month_of_many_groomers_takes_as_many_queries_as_a_day_of_one(
    stranger: APIClient, groomer: Groomer, treatment: Treatment, make_account: MakeAccount, tomorrow: date
) -> None:
    def asked(days: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert _times(stranger, treatment, tomorrow, days=str(days))["items"]
        return len(queries)

    before = asked(1)
    for number in range(6):
        account = make_account(role=Account.Role.GROOMER)
        one = Groomer.objects.create(salon=groomer.salon, account=account, name=f"미용사 {number}")
        at = datetime.combine(tomorrow + timedelta(days=number), time(12), tzinfo=SEOUL)
        TimeOff.objects.create(groomer=one, starts_at=at, ends_at=at + timedelta(hours=1))
        wish = _wish(one.salon_id, treatment, at + timedelta(hours=2))
        book_slot(wish, by=By(make_account().pk, timezone.now()))

    # Salon, groomers, price rules, treatments, hours, breaks, closed days, times off, bookings, holds.
    assert asked(31) == before == 10


def _wish(salon_id: int, treatment: Treatment, starts_at: datetime) -> Wish:
    asked = AskedTreatment(treatment_id=treatment.pk, dog_size=DogSize.SMALL)
    return Wish(salon_id=salon_id, treatments=[asked], starts_at=starts_at)


def _attempts(
    make_account: MakeAccount, groomer: Groomer, treatment: Treatment, starts_at: datetime
) -> list[Callable[[], object]]:
    def attempt(customer_id: int) -> object:
        return book_slot(_wish(groomer.salon_id, treatment, starts_at), by=By(customer_id, timezone.now()))

    return [partial(attempt, make_account().pk) for _ in range(CUSTOMERS)]


def test_of_ten_who_want_any_of_two_groomers_two_get_one_each(
    make_account: MakeAccount, groomer: Groomer, other_groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    """Some forty double bookings a week, where the provider was chosen before the lock (easyappointments #845)."""
    outcomes = race(_attempts(make_account, groomer, treatment, at_ten))

    booked = [outcome.booking.groomer_id for outcome in outcomes if isinstance(outcome, Booked)]
    assert sorted(booked) == sorted([groomer.pk, other_groomer.pk])
    assert sum(isinstance(outcome, SlotTaken) for outcome in outcomes) == CUSTOMERS - 2
    assert Booking.objects.count() == OutboxRow.objects.count() == 2


@pytest.fixture
def chosen_before_the_lock() -> Iterator[None]:
    """Without lock and triggers, and with every customer past the choice before anybody writes."""
    everybody_has_chosen = threading.Barrier(CUSTOMERS)
    save = Booking.save

    def save_after_all_chose(booking: Booking, **options: Any) -> None:
        everybody_has_chosen.wait()
        save(booking, **options)

    with (
        without_the_triggers(),
        mock.patch.object(QuerySet, "select_for_update", lambda rows: rows),
        mock.patch.object(Booking, "save", save_after_all_chose),
    ):
        yield


@pytest.mark.usefixtures("chosen_before_the_lock")
def test_chosen_before_the_lock_all_ten_would_have_the_same_groomer(
    make_account: MakeAccount, groomer: Groomer, other_groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    outcomes = race(_attempts(make_account, groomer, treatment, at_ten))

    assert sum(isinstance(outcome, Booked) for outcome in outcomes) == CUSTOMERS
    assert set(Booking.objects.values_list("groomer", flat=True)) == {groomer.pk}


def test_who_wants_one_groomer_and_who_wants_any_never_wait_for_each_other_in_a_circle(
    make_account: MakeAccount, groomer: Groomer, other_groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    any_groomer = _attempts(make_account, groomer, treatment, at_ten)[:6]
    asked = [AskedTreatment(treatment_id=treatment.pk, dog_size=DogSize.SMALL)]

    def attempt(groomer_id: int, customer_id: int) -> object:
        wish = Wish(groomer_id=groomer_id, treatments=asked, starts_at=at_ten)
        return book_slot(wish, by=By(customer_id, timezone.now()))

    one_groomer = [partial(attempt, one.pk, make_account().pk) for one in (groomer, other_groomer) * 3]

    outcomes = race([*any_groomer, *one_groomer])

    assert all(isinstance(outcome, Booked | SlotTaken) for outcome in outcomes), outcomes
    assert Booking.objects.count() == 2
