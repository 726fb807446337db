"""Every statement about a race for a slot can fail, and an honest race fails none."""

from __future__ import annotations

import pytest

from tests.demo.checkers.booking import CLAIMS, judge_race
from tests.demo.tests.doctoring import Doctor, add, change, drop, set_fields
from tests.demo.tests.honest import honest_race
from tests.harness.histories.booking import BookingRow, BookingSeen, RaceHistory
from tests.harness.statements import name_of

pytestmark = pytest.mark.unit

DOCTORED: dict[str, list[Doctor[RaceHistory]]] = {
    "everybody tried": [
        drop("attempts", lambda attempt: attempt.customer == 5),
        change("attempts", lambda attempt: attempt.customer == 5, customer=4),
    ],
    "the slot was free before": [set_fields(slot_offered_before=False)],
    "exactly one got the slot": [
        change("attempts", lambda attempt: attempt.customer == 5, status=201, booking_id="booking-2"),
        change("attempts", lambda attempt: attempt.customer == 3, status=409, code="slot-taken"),
    ],
    "everyone else was told slot taken": [
        change("attempts", lambda attempt: attempt.customer == 5, status=500, code="internal-error"),
        change("attempts", lambda attempt: attempt.customer == 5, code=None),
    ],
    "only the winner has the booking": [
        set_fields(seen=()),
        add("seen", BookingSeen(5, "booking-1")),
        add("seen", BookingSeen(3, "booking-2")),
    ],
    "the slot is no longer offered": [set_fields(slot_offered_after=True)],
    "mysql has that one booking": [
        set_fields(rows=()),
        add("rows", BookingRow("booking-2", 5)),
        set_fields(rows=(BookingRow("booking-1", 5),)),
    ],
}

CASES = [
    pytest.param(name, doctor, id=f"{name} {index}")
    for name, doctors in DOCTORED.items()
    for index, doctor in enumerate(doctors, 1)
]


def test_every_statement_holds_for_an_honest_race() -> None:
    statements = judge_race(honest_race())

    assert [statement for statement in statements if not statement.holds] == []


@pytest.mark.parametrize(("name", "doctor"), CASES)
def test_a_doctored_race_is_found_out(name: str, doctor: Doctor[RaceHistory]) -> None:
    history = doctor(honest_race())

    statements = {statement.name: statement for statement in judge_race(history)}

    assert not statements[name].holds
    assert statements[name].evidence


def test_no_statement_about_a_race_is_unbreakable() -> None:
    assert set(DOCTORED) == {name_of(claim) for claim in CLAIMS}
