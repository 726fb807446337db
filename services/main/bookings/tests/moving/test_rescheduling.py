"""A booking is moved and stays the same booking, through the endpoint."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from bookings import limits
from bookings.models import Booking, Move, TimeOff
from bookings.moving.services import MOST_MOVES
from bookings.tests.conftest import free_slots
from conftest import MakeAccount
from notifications.mails.of_bookings import MAILS_A_DAY
from outbox.models import OutboxRow
from salons.models import Groomer, Salon, Treatment
from salons.policies.cancellation import USUAL, stored_form

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Account], APIClient]


@pytest.fixture
def booking(client_of: ClientOf, customer: Account, wish: dict[str, Any]) -> dict[str, Any]:
    """At ten."""
    return dict(client_of(customer).post("/api/v1/bookings", wish).json())


def _move(client: APIClient, booking: dict[str, Any], to: datetime) -> tuple[int, dict[str, Any]]:
    answer = client.post(f"/api/v1/bookings/{booking['id']}/reschedule", {"starts_at": to.isoformat()}, format="json")
    return answer.status_code, answer.json()


def test_a_moved_booking_is_the_same_at_another_time_and_told_to_both(
    client_of: ClientOf, customer: Account, groomer: Groomer, booking: dict[str, Any], at_ten: datetime
) -> None:
    """Elsewhere it is a new booking under a new id, of which staff hears nothing (cal.com #12879)."""
    to = at_ten + timedelta(days=2, hours=3)

    status, moved = _move(client_of(customer), booking, to)

    assert status == 200
    changed = {name: moved[name] for name in moved if moved[name] != booking[name]}
    assert set(changed) == {"starts_at", "ends_at", "sequence", "cancellation_terms"}
    assert datetime.fromisoformat(moved["starts_at"]) == to
    assert datetime.fromisoformat(moved["ends_at"]) - to == timedelta(hours=1)
    assert client_of(groomer.account).get(f"/api/v1/bookings/{booking['id']}").json() == moved
    event = json.loads(bytes(OutboxRow.objects.latest("id").value))
    assert (event["type"], event["booking_id"], event["sequence"]) == ("booking.rescheduled.v1", booking["id"], 1)
    assert datetime.fromisoformat(event["moved_from"]) == at_ten


def test_the_sequence_rises_with_every_move_and_when_it_is_cancelled(
    client_of: ClientOf, customer: Account, booking: dict[str, Any], at_ten: datetime
) -> None:
    """Stuck at 1 after the second, and calendars keep the old time (cal.com #22779)."""
    client = client_of(customer)

    moves = [_move(client, booking, at_ten + timedelta(days=day))[1]["sequence"] for day in (1, 2, 3)]
    cancelled = client.post(f"/api/v1/bookings/{booking['id']}/cancel").json()["sequence"]

    assert [booking["sequence"], *moves, cancelled] == [0, 1, 2, 3, 4]


def test_the_time_it_had_is_free_and_the_time_it_has_is_not(
    client_of: ClientOf,
    customer: Account,
    groomer: Groomer,
    treatment: Treatment,
    booking: dict[str, Any],
    at_ten: datetime,
    tomorrow: date,
) -> None:
    _move(client_of(customer), booking, at_ten + timedelta(hours=3))

    free = free_slots(client_of(customer), groomer, treatment, tomorrow)

    assert "10:00" in free
    assert {"12:30", "13:00", "13:30"} & set(free) == set()


def test_it_may_move_into_its_own_time(
    client_of: ClientOf, customer: Account, groomer: Groomer, booking: dict[str, Any], at_ten: datetime
) -> None:
    Salon.objects.filter(pk=groomer.salon_id).update(buffer_minutes=60)

    status, moved = _move(client_of(customer), booking, at_ten + timedelta(minutes=30))

    assert (status, moved["sequence"]) == (200, 1)


def test_to_the_time_it_has_nothing_changes(
    client_of: ClientOf, customer: Account, booking: dict[str, Any], at_ten: datetime
) -> None:
    """A lost answer, or a button pressed twice."""
    to = at_ten + timedelta(hours=2)
    first = _move(client_of(customer), booking, to)
    events = OutboxRow.objects.count()

    assert _move(client_of(customer), booking, to) == first
    assert OutboxRow.objects.count() == events


def test_a_time_that_another_has_or_nobody_offers_is_refused_and_nothing_moves(
    client_of: ClientOf,
    customer: Account,
    make_account: MakeAccount,
    groomer: Groomer,
    booking: dict[str, Any],
    wish: dict[str, Any],
    at_ten: datetime,
) -> None:
    taken, away = at_ten + timedelta(hours=2), at_ten + timedelta(hours=4)
    client_of(make_account()).post("/api/v1/bookings", {**wish, "starts_at": taken.isoformat()})
    TimeOff.objects.create(groomer=groomer, starts_at=away, ends_at=away + timedelta(hours=1))
    client = client_of(customer)
    refused = {
        to: _move(client, booking, to)[1].get("code")
        for to in (
            taken,
            taken + timedelta(minutes=30),
            away,
            at_ten - timedelta(hours=1),
            at_ten + timedelta(minutes=7),
            at_ten - timedelta(days=7),
            at_ten + timedelta(days=61),
            at_ten + timedelta(days=365_000),
        )
    }

    assert (
        list(refused.values())
        == ["slot-taken"] * 2 + ["slot-not-offered"] * 3 + ["slot-in-past"] + ["slot-not-offered"] * 2
    )
    assert client.get(f"/api/v1/bookings/{booking['id']}").json() == booking


def test_a_customer_cannot_be_at_two_places_by_moving_either(
    client_of: ClientOf,
    customer: Account,
    make_account: MakeAccount,
    groomer: Groomer,
    booking: dict[str, Any],
    wish: dict[str, Any],
    at_ten: datetime,
) -> None:
    account = make_account(role=Account.Role.GROOMER)
    other = Groomer.objects.create(salon=groomer.salon, account=account, name="이하늘")
    at_noon = at_ten + timedelta(hours=2)
    second = client_of(customer).post(
        "/api/v1/bookings", {**wish, "groomer_id": other.pk, "starts_at": at_noon.isoformat()}
    )

    status, refused = _move(client_of(customer), booking, at_noon + timedelta(minutes=30))

    assert (status, refused["code"], refused["booking_id"]) == (409, "you-are-booked-then", second.json()["id"])


def test_moving_is_no_way_around_the_fee(
    client_of: ClientOf, customer: Account, groomer: Groomer, wish: dict[str, Any], at_ten: datetime
) -> None:
    Salon.objects.filter(pk=groomer.salon_id).update(cancellation_policy=stored_form(USUAL))
    booking = client_of(customer).post("/api/v1/bookings", wish).json()
    soon = timezone.now() + timedelta(hours=2)
    Booking.objects.filter(pk=booking["id"]).update(starts_at=soon, ends_at=soon + timedelta(hours=1))

    status, refused = _move(client_of(customer), booking, at_ten + timedelta(days=5))

    assert (status, refused["code"], refused["fee"]) == (409, "too-late-to-reschedule", 3_000)


def test_a_booking_is_moved_so_many_times(
    client_of: ClientOf, customer: Account, booking: dict[str, Any], at_ten: datetime
) -> None:
    client = client_of(customer)
    for day in range(1, MOST_MOVES + 1):
        assert _move(client, booking, at_ten + timedelta(days=day))[0] == 200

    status, refused = _move(client, booking, at_ten)

    assert (status, refused["code"], refused["max_times"]) == (409, "rescheduled-too-often", MOST_MOVES)


def test_one_customer_moves_bookings_so_many_times_a_day_whichever_they_are(
    client_of: ClientOf, customer: Account, wish: dict[str, Any], at_ten: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_MOVES_A_DAY", 3)
    client = client_of(customer)
    days = [at_ten + timedelta(days=number) for number in range(1, 9)]
    booked = [client.post("/api/v1/bookings", {**wish, "starts_at": day.isoformat()}).json() for day in days[:4]]

    answers = [_move(client, booking, day) for booking, day in zip(booked, days[4:], strict=True)]
    Move.objects.update(moved_at=timezone.now() - timedelta(days=1))
    after_a_day = _move(client, booked[3], days[7])

    assert [status for status, _ in answers] == [200, 200, 200, 429]
    refused = answers[3][1]
    assert (refused["code"], refused["max_a_day"]) == ("too-many-moves", 3)
    assert 0 < refused["retry_after_seconds"] <= 86_401
    assert after_a_day[0] == 200
    assert Move.objects.get(booking=booked[0]["id"]).moved_from == days[0]


def test_all_that_one_customer_does_in_a_day_is_fewer_mails_than_a_groomer_gets_in_one() -> None:
    """Each may be cancelled, the new ones and those of earlier days. A quarter is left for everybody else."""
    cancelled = limits.MAX_UPCOMING + limits.MAX_NEW_A_DAY
    assert limits.MAX_NEW_A_DAY + cancelled + limits.MAX_MOVES_A_DAY <= 0.75 * MAILS_A_DAY


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"status": "cancelled"}, "booking-has-ended"),
        ({"ending": "completed"}, "booking-has-ended"),
        ({"starts_at": datetime(2026, 1, 1, tzinfo=UTC)}, "booking-has-begun"),
    ],
)
def test_what_is_over_is_not_moved(
    client_of: ClientOf,
    customer: Account,
    booking: dict[str, Any],
    at_ten: datetime,
    change: dict[str, Any],
    code: str,
) -> None:
    ends = {"ends_at": change["starts_at"] + timedelta(hours=1)} if "starts_at" in change else {}
    Booking.objects.filter(pk=booking["id"]).update(**change, **ends)

    status, refused = _move(client_of(customer), booking, at_ten + timedelta(days=1))

    assert (status, refused["code"]) == (409, code)


def test_only_its_customer_moves_it(
    client_of: ClientOf,
    make_account: MakeAccount,
    groomer: Groomer,
    booking: dict[str, Any],
    at_ten: datetime,
) -> None:
    to = at_ten + timedelta(days=1)

    assert _move(client_of(make_account()), booking, to)[0] == 404
    assert _move(client_of(groomer.account), booking, to)[0] == 403
