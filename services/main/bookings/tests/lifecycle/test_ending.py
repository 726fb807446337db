"""How a booking ends, through the endpoints: every act, by every side, in every state, before and after it began."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from typing import Any
from unittest import mock

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from api.callers.acting import By
from bookings.lifecycle.errors import BookingHasEnded
from bookings.lifecycle.services import complete_booking, note_no_show
from bookings.lifecycle.states import CANCELLED_STATES, STEPS, Act, State, is_done, moment_of
from bookings.models import Booking
from bookings.tests.races import race
from conftest import MakeAccount
from outbox.models import OutboxRow
from salons.models import Groomer

pytestmark = pytest.mark.django_db(transaction=True)
ClientOf = Callable[[Account], APIClient]
ACTS: tuple[Act, ...] = ("cancel", "complete", "no-show")


@pytest.fixture
def booking(client_of: ClientOf, customer: Account, wish: dict[str, Any]) -> Booking:
    made = client_of(customer).post("/api/v1/bookings", wish).json()
    OutboxRow.objects.all().delete()
    return Booking.objects.get(pk=made["id"])


def _put_into(booking: Booking, state: State, *, has_begun: bool) -> None:
    starts_at = timezone.now() + (timedelta(hours=-1) if has_begun else timedelta(days=1))
    older = state in {State.CONFIRMED, State.CANCELLED_BY_SOMEBODY}
    Booking.objects.filter(pk=booking.pk).update(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        ending="" if older else state,
        status=Booking.Status.CANCELLED if state in CANCELLED_STATES else Booking.Status.CONFIRMED,
    )


def _expected(act: Act, who: str, state: State, *, has_begun: bool) -> tuple[int, str]:
    """Status, and the state or the code of the refusal."""
    if act != "cancel" and who == "customer":
        return 403, "forbidden"
    if is_done(act, state):
        return 200, state
    if has_begun != (moment_of(act).value == "once it began"):
        return 409, "booking-has-begun" if has_begun else "booking-has-not-begun"
    steps = [step for step in STEPS if (step.act, step.by, step.before) == (act, who, state)]
    return (200, steps[0].after) if steps else (409, "booking-has-ended")


@pytest.mark.parametrize("has_begun", [False, True])
def test_each_act_leads_where_the_table_says_and_nowhere_else(
    client_of: ClientOf, booking: Booking, groomer: Groomer, has_begun: bool
) -> None:
    sides = {"customer": client_of(booking.customer), "groomer": client_of(groomer.account)}
    found, expected = {}, {}

    for act, who, state in product(ACTS, sides, State):
        _put_into(booking, state, has_begun=has_begun)
        answer = sides[who].post(f"/api/v1/bookings/{booking.pk}/{act}", {}, format="json")
        shown = answer.json()
        found[act, who, state] = (answer.status_code, shown["state"] if answer.status_code == 200 else shown["code"])
        expected[act, who, state] = _expected(act, who, state, has_begun=has_begun)

    assert found == expected


def test_older_clients_read_every_ending_as_one_of_two(client_of: ClientOf, booking: Booking, groomer: Groomer) -> None:
    read = {}
    for state in State:
        _put_into(booking, state, has_begun=True)
        shown = client_of(groomer.account).get(f"/api/v1/bookings/{booking.pk}").json()
        read[shown["state"]] = shown["status"]

    assert read == {state: "cancelled" if state in CANCELLED_STATES else "confirmed" for state in State}


@pytest.mark.parametrize(("act", "gives_back"), [("complete", False), ("no-show", False), ("cancel", True)])
def test_only_a_cancelled_visit_gives_its_time_back_and_is_told(
    client_of: ClientOf, make_account: MakeAccount, booking: Booking, groomer: Groomer, wish: dict[str, Any],
    act: Act, gives_back: bool,
) -> None:  # fmt: skip
    if act != "cancel":
        _put_into(booking, State.CONFIRMED, has_begun=True)
    client_of(groomer.account).post(f"/api/v1/bookings/{booking.pk}/{act}", {}, format="json")

    booking.refresh_from_db()
    assert (booking.status == Booking.Status.CANCELLED, booking.ended_at is not None) == (gives_back, True)
    assert OutboxRow.objects.count() == gives_back
    if gives_back:
        assert client_of(make_account()).post("/api/v1/bookings", wish).status_code == 201


@pytest.mark.parametrize("act", ACTS)
def test_somebody_else_s_booking_cannot_be_ended(
    client_of: ClientOf, make_account: MakeAccount, booking: Booking, groomer: Groomer, act: Act
) -> None:
    account = make_account(role=Account.Role.GROOMER)
    Groomer.objects.create(salon=groomer.salon, account=account, name="이하늘")

    answer = client_of(account).post(f"/api/v1/bookings/{booking.pk}/{act}", {}, format="json")

    booking.refresh_from_db()
    assert (answer.status_code, booking.state) == (404, State.CONFIRMED)


def _ends(booking: Booking, groomer: Groomer, now: datetime) -> list[Callable[[], object]]:
    by = By(groomer.account_id, now)
    return [partial(end, booking.pk, by=by) for end in (complete_booking, note_no_show)]


def test_of_two_endings_at_one_moment_one_stands(booking: Booking, groomer: Groomer) -> None:
    _put_into(booking, State.CONFIRMED, has_begun=True)

    outcomes = race(_ends(booking, groomer, timezone.now()))

    [ended] = [outcome for outcome in outcomes if isinstance(outcome, Booking)]
    [refused] = [outcome for outcome in outcomes if isinstance(outcome, BookingHasEnded)]
    booking.refresh_from_db()
    assert booking.state == ended.state == refused.facts["state"]


@pytest.fixture
def without_locks(booking: Booking) -> Iterator[None]:
    """Once there is a booking, and with both past the table before either writes."""
    both_have_looked = threading.Barrier(2)
    save = Booking.save

    def save_after_both_looked(booking: Booking, **options: Any) -> None:
        both_have_looked.wait()
        save(booking, **options)

    with (
        mock.patch.object(QuerySet, "select_for_update", lambda rows: rows),
        mock.patch.object(Booking, "save", save_after_both_looked),
    ):
        yield


@pytest.mark.usefixtures("without_locks")
def test_without_locks_both_would_be_told_that_theirs_stands(booking: Booking, groomer: Groomer) -> None:
    _put_into(booking, State.CONFIRMED, has_begun=True)

    outcomes = race(_ends(booking, groomer, timezone.now()))

    assert {outcome.state for outcome in outcomes if isinstance(outcome, Booking)} == {State.COMPLETED, State.NO_SHOW}
