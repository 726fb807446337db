"""The checker of bookings on histories made by hand: a clean one, and one for each thing that may go wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.faults.checkers.bookings import TAKEN, BookingHistory, BookingRow, judge_bookings, wish_of
from tests.faults.checkers.tries import Try
from tests.faults.checkers.verdict import Verdict
from tests.faults.history import Outcome

pytestmark = pytest.mark.unit

NINE = datetime(2026, 12, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROW = BookingRow("b1", customer=11, groomer=7, starts_at=NINE, ends_at=NINE + HOUR)
WON = Try(wish_of(11, 7, NINE), 1.0, 1.2, Outcome.OK, settles=True, result="b1")
LOST_RACE = Try(wish_of(12, 7, NINE), 1.0, 1.3, Outcome.FAIL, settles=True, code=TAKEN)
CLEAN = BookingHistory(tries=(WON, LOST_RACE), rows=(ROW,))


def verdict(history: BookingHistory) -> Verdict:
    return judge_bookings(history, windows=[(0.0, float("inf"))])


def test_one_has_the_time_and_the_other_was_told_so() -> None:
    found = verdict(CLEAN)

    assert found.is_clean
    assert found.acked == 1


def test_an_acknowledged_booking_without_a_row_is_lost_and_so_is_a_refusal_for_it() -> None:
    assert len(verdict(replace(CLEAN, rows=())).lost) == 2


def test_a_booking_under_another_id_than_was_acknowledged_is_lost() -> None:
    assert len(verdict(replace(CLEAN, rows=(replace(ROW, booking_id="b9"),))).lost) == 1


def test_a_row_that_nobody_asked_for_is_lost() -> None:
    ghost = replace(ROW, booking_id="b2", starts_at=NINE + 2 * HOUR, ends_at=NINE + 3 * HOUR)

    assert len(verdict(replace(CLEAN, rows=(ROW, ghost))).lost) == 1


def test_an_unknown_answer_may_have_led_to_a_row_or_not() -> None:
    unsure = replace(WON, outcome=Outcome.UNKNOWN, settles=False, code="dependency-down", retry_after_seconds=2)
    settled = replace(WON, began=2.0, ended=2.2)

    assert verdict(replace(CLEAN, tries=(unsure, settled, LOST_RACE))).is_clean


def test_two_bookings_of_one_groomer_at_one_time_are_duplicated() -> None:
    other = replace(ROW, booking_id="b2", customer=12, starts_at=NINE + HOUR / 2, ends_at=NINE + 2 * HOUR)
    asked = replace(WON, wish=other.wish, result="b2")

    assert len(verdict(BookingHistory(tries=(WON, asked), rows=(ROW, other))).duplicated) == 1


def test_one_wish_that_was_acknowledged_as_two_bookings_is_duplicated() -> None:
    assert len(verdict(replace(CLEAN, tries=(WON, replace(WON, result="b2"), LOST_RACE))).duplicated) == 1
