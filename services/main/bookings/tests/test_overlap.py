"""No two confirmed bookings of one groomer overlap: the database refuses it, whoever writes, whatever has changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from importlib import import_module
from io import StringIO
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Account
from api.callers.acting import By
from bookings.errors import BookedThen, SlotNotOffered, SlotTaken
from bookings.models import Booking
from bookings.queries import overlapping_pairs
from bookings.services import Booked, book_slot
from bookings.tests.races import race, wish_for, without_the_triggers
from conftest import MakeAccount
from salons.models import DogSize, Groomer, OpeningHours, Treatment
from salons.slots import SEOUL

pytestmark = pytest.mark.django_db(transaction=True)
OF_ONE_WORLD = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Span(NamedTuple):
    """Minutes after ten o'clock, and thousandths of a second beside them, where somebody writes those."""

    start: int
    minutes: int
    millis: int = 0


spans = st.builds(Span, st.integers(0, 180), st.integers(1, 120), st.sampled_from([0, 0, 0, 1, 999]))


def _row(groomer: Groomer, treatment: Treatment, customer: Account, span: Span, ten: datetime) -> Booking:
    starts_at = ten + timedelta(minutes=span.start, milliseconds=span.millis)
    return Booking(
        groomer=groomer,
        customer=customer,
        treatment=treatment,
        dog_size=DogSize.SMALL,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=span.minutes),
        price=1,
        status=Booking.Status.CONFIRMED,
        booked_at=ten,
    )


def _overlap(one: Booking, other: Booking) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


@OF_ONE_WORLD
@given(spans=st.lists(spans, min_size=2, max_size=8), moves=st.lists(st.tuples(st.integers(0, 7), spans), max_size=4))
def test_the_database_takes_exactly_what_does_not_overlap(
    groomer: Groomer,
    treatment: Treatment,
    customer: Account,
    at_ten: datetime,
    spans: list[Span],
    moves: list[tuple[int, Span]],
) -> None:
    Booking.objects.all().delete()
    standing: list[Booking] = []
    for span in spans:
        row = _row(groomer, treatment, customer, span, at_ten)
        taken = _is_written(row)
        assert taken is not any(_overlap(row, other) for other in standing)
        standing += [row] if taken else []

    for number, span in moves:
        row = standing[number % len(standing)]
        others = [other for other in standing if other is not row]
        before, wish = (row.starts_at, row.ends_at), _row(groomer, treatment, customer, span, at_ten)
        row.starts_at, row.ends_at = wish.starts_at, wish.ends_at
        taken = _is_written(row)
        assert taken is not any(_overlap(row, other) for other in others)
        if not taken:
            row.starts_at, row.ends_at = before
    assert overlapping_pairs() == []


def _is_written(row: Booking) -> bool:
    try:
        row.save()
    except IntegrityError as error:
        if "no_two_bookings_overlap" not in str(error):
            raise
        return False
    return True


@OF_ONE_WORLD
@given(wanted=st.lists(spans, min_size=4, max_size=8))
def test_writers_without_any_rule_cannot_overlap_even_at_one_moment(
    groomer: Groomer, treatment: Treatment, customer: Account, at_ten: datetime, wanted: list[Span]
) -> None:
    Booking.objects.all().delete()
    rows = [_row(groomer, treatment, customer, span, at_ten) for span in wanted]

    outcomes = race([lambda row=row: row.save(force_insert=True) for row in rows])  # type: ignore[misc]

    assert all(outcome is None or isinstance(outcome, IntegrityError) for outcome in outcomes), outcomes
    assert Booking.objects.count() == outcomes.count(None) >= 1
    assert overlapping_pairs() == []


@OF_ONE_WORLD
@given(
    openings=st.lists(st.integers(0, 90), min_size=6, max_size=6),
    minutes=st.lists(st.integers(5, 120), min_size=6, max_size=6),
    steps=st.lists(st.integers(0, 5), min_size=6, max_size=6),
)
def test_whatever_hours_and_durations_change_meanwhile_the_rule_never_meets_the_triggers(
    groomer: Groomer,
    treatment: Treatment,
    make_account: MakeAccount,
    at_ten: datetime,
    openings: list[int],
    minutes: list[int],
    steps: list[int],
) -> None:
    Booking.objects.all().delete()
    customers = [make_account() for _ in openings]

    def change_and_book(number: int) -> object:
        opens_at = at_ten + timedelta(minutes=openings[number])
        OpeningHours.objects.filter(salon=groomer.salon).update(opens_at=opens_at.time())
        Treatment.objects.filter(pk=treatment.pk).update(minutes_small=minutes[number])
        starts_at = opens_at + steps[number] * timedelta(minutes=30)
        return _book(customers[number], groomer, treatment, starts_at)

    outcomes = race([lambda number=number: change_and_book(number) for number in range(6)])  # type: ignore[misc]

    assert all(isinstance(outcome, Booked | SlotTaken | SlotNotOffered) for outcome in outcomes), outcomes
    assert overlapping_pairs() == []


def _book(customer: Account, groomer: Groomer, treatment: Treatment, starts_at: datetime) -> Booked:
    return book_slot(wish_for(groomer, treatment, starts_at), by=By(customer.pk, timezone.now()))


def test_hours_that_move_by_five_minutes_give_no_second_booking(
    groomer: Groomer, treatment: Treatment, make_account: MakeAccount, at_ten: datetime
) -> None:
    _book(make_account(), groomer, treatment, at_ten)
    OpeningHours.objects.filter(salon=groomer.salon).update(opens_at=time(10, 5))

    with pytest.raises(SlotTaken):
        _book(make_account(), groomer, treatment, at_ten + timedelta(minutes=5))

    _book(make_account(), groomer, treatment, at_ten + timedelta(minutes=65))
    assert Booking.objects.count() == 2


def test_a_groomer_who_is_free_again_can_be_booked_at_that_time(
    groomer: Groomer, treatment: Treatment, make_account: MakeAccount, at_ten: datetime
) -> None:
    first = _book(make_account(), groomer, treatment, at_ten).booking
    Booking.objects.filter(pk=first.pk).update(status=Booking.Status.CANCELLED)
    _book(make_account(), groomer, treatment, at_ten)

    with pytest.raises(IntegrityError, match="no_two_bookings_overlap"):
        Booking.objects.filter(pk=first.pk).update(status=Booking.Status.CONFIRMED)


@pytest.fixture
def booked_twice(groomer: Groomer, treatment: Treatment, customer: Account, at_ten: datetime) -> Any:
    """As the code before the triggers left it."""
    with without_the_triggers(forget=False):
        rows = [_row(groomer, treatment, customer, span, at_ten) for span in (Span(0, 60), Span(5, 60))]
        Booking.objects.bulk_create(rows)
    yield rows
    Booking.objects.all().delete()


def test_bookings_that_overlapped_before_stand_are_reported_and_can_be_cancelled(
    booked_twice: list[Booking], capsys: pytest.CaptureFixture[str]
) -> None:
    ids = [str(row.pk) for row in booked_twice]
    report = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("report_overlaps", stdout=report)
    migration: Any = import_module("bookings.migrations.0002_no_two_bookings_overlap")
    migration.report_overlaps(None, SimpleNamespace(connection=connection))
    printed = capsys.readouterr().out

    assert all(one in report.getvalue() and one in printed for one in ids)
    assert printed.count("is booked twice") == 1
    Booking.objects.filter(pk=booked_twice[1].pk).update(price=2)
    Booking.objects.filter(pk=booked_twice[1].pk).update(status=Booking.Status.CANCELLED)
    call_command("report_overlaps", stdout=StringIO())


@pytest.mark.parametrize("length", [timedelta(0), timedelta(minutes=-1), timedelta(days=8)])
def test_a_booking_takes_time_but_not_for_ever(
    groomer: Groomer, treatment: Treatment, customer: Account, at_ten: datetime, length: timedelta
) -> None:
    row = _row(groomer, treatment, customer, Span(0, 60), at_ten)
    row.ends_at = row.starts_at + length

    with pytest.raises(IntegrityError, match="booking_takes"):
        row.save()


def test_what_is_shown_as_free_is_what_can_be_booked(
    groomer: Groomer, treatment: Treatment, make_account: MakeAccount, at_ten: datetime, client_of: Callable[..., Any]
) -> None:
    OpeningHours.objects.filter(salon=groomer.salon).update(opens_at=time(9, 50), closes_at=time(13, 7))
    _book(make_account(), groomer, treatment, at_ten + timedelta(minutes=20))
    Treatment.objects.filter(pk=treatment.pk).update(minutes_small=37)
    treatment.refresh_from_db()
    me = make_account()
    day = at_ten.astimezone(SEOUL).date().isoformat()
    query = {"treatment": str(treatment.pk), "dog_size": "small", "from": day, "days": "1"}
    free = client_of(me).get(f"/api/v1/groomers/{groomer.pk}/slots", query).json()["items"]

    got = []
    for minute in range(-30, 240):
        starts_at = at_ten + timedelta(minutes=minute)
        try:
            booked = _book(me, groomer, treatment, starts_at)
        except (SlotTaken, SlotNotOffered, BookedThen):
            continue
        got.append(starts_at.astimezone(SEOUL).isoformat())
        Booking.objects.filter(pk=booked.booking.pk).delete()

    assert got == [slot["starts_at"] for slot in free]
    assert [slot[11:16] for slot in got] == ["11:20", "11:50", "12:20"]
