"""Every statement about a drop can fail, and an honest drop fails none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.demo.checkers.drop import CLAIMS, judge_drop
from tests.demo.tests.doctoring import Doctor, add, change, drop, everything, set_fields
from tests.demo.tests.honest import LEAVER, account, honest_drop
from tests.harness.histories.drop import CouponRow, DropHistory, FinalWord, FrameSeen, Left, Reconciled
from tests.harness.statements import name_of

pytestmark = pytest.mark.unit

FIRST, SECOND, LOSER = account(1), account(2), account(9)


def _of(customer: int) -> Any:
    return lambda record: record.customer == customer


def _counters(**values: Any) -> Doctor[DropHistory]:
    return lambda history: replace(history, counters=replace(history.counters, **values))


def _sight(number: int, seq: int, stream: int = 1) -> Any:
    return lambda one: (one.number, one.seq, one.stream) == (number, seq, stream)


def _swapped_serials(history: DropHistory) -> DropHistory:
    serials = {1: 2, 2: 1}
    rows = tuple(replace(row, serial=serials.get(row.serial, row.serial)) for row in history.rows)
    return replace(history, rows=rows)


def _shifted_up(history: DropHistory) -> DropHistory:
    """Everybody behind is shown one too many from frame 2 on, as if the departure had not been told."""
    late = tuple(
        replace(one, sum=one.sum + 1) if one.seq >= 2 and one.serving < LEAVER < one.number else one
        for one in history.sightings
    )
    return replace(history, sightings=late)


OTHER_FRAME = FrameSeen(3.0, 3, "another text", "open", 2, 2, 7, 2, departed=(), returned=())
COUPON_FOR_THE_LEAVER = CouponRow("coupon-x", account(LEAVER), 5, LEAVER)

DOCTORED: dict[str, list[Doctor[DropHistory]]] = {
    "every customer joined": [drop("joined", _of(LOSER))],
    "as many issued as there are coupons": [
        drop("rows", _of(FIRST)),
        add("rows", CouponRow("coupon-5", LOSER, 5, 9)),
    ],
    "as many told as there are coupons": [
        drop("final_words", _of(FIRST)),
        add("final_words", FinalWord(5.0, LOSER, "issued", "coupon-5", 5)),
    ],
    "nobody told without a row": [
        drop("rows", _of(FIRST)),
        change("final_words", _of(FIRST), serial=4),
        change("final_words", _of(FIRST), coupon_id="another"),
    ],
    "no row without being told": [drop("final_words", _of(FIRST)), change("final_words", _of(FIRST), state="sold-out")],
    "no customer has two coupons": [add("rows", CouponRow("coupon-5", FIRST, 5, 1))],
    "every serial is used once from one to the last": [
        change("rows", _of(FIRST), serial=2),
        change("rows", _of(FIRST), serial=9),
    ],
    "everyone else told sold out": [drop("final_words", _of(LOSER)), change("final_words", _of(LOSER), state="closed")],
    "nobody heard two different answers": [add("final_words", FinalWord(5.0, FIRST, "sold-out"))],
    "order of issue is order of numbers": [_swapped_serials],
    "the row has the number that was given": [change("rows", _of(FIRST), number=7)],
    "nobody was overtaken": [change("rows", _of(account(5)), customer=account(10), number=10)],
    "nobody served who left": [
        add("rows", COUPON_FOR_THE_LEAVER),
        change("final_words", _of(account(LEAVER)), state="issued", coupon_id="coupon-1", serial=1),
    ],
    "some left from among the first": [set_fields(left=()), set_fields(left=(Left(1.0, account(10), 10),))],
    "asking again gets the same answer": [
        change("asked_again", _of(FIRST), status=410, code="sold-out"),
        change("asked_again", _of(LOSER), status=201, code=None),
        drop("asked_again", _of(FIRST)),
        set_fields(asked_again=()),
    ],
    "the public line agrees with mysql": [_counters(issued=3), _counters(stock_left=1)],
    "redis agrees with mysql": [
        _counters(redis_in_flight=1),
        _counters(redis_issued=frozenset()),
        lambda history: _counters(redis_issued=history.counters.redis_issued | {COUPON_FOR_THE_LEAVER})(history),
    ],
    "kafka mysql and redis tell the same story": [
        set_fields(reconciled=Reconciled(("claim 3 was never answered",), compared="")),
    ],
    "the line says sold out": [_counters(state="open")],
    "numbers come from one counter": [
        change("joined", _of(LOSER), number=8),
        change("joined", _of(LOSER), number=30),
    ],
    "a place is kept": [
        change("joined", lambda join: join.again, number=11),
        change("sightings", _sight(9, 3, stream=2), number=8),
        drop("joined", lambda join: join.again),
        drop("sightings", lambda one: one.stream == 2),
    ],
    "every waiting customer saw the line": [drop("sightings", _of(LOSER)), set_fields(sightings=())],
    "people ahead is never negative": [change("sightings", _sight(10, 2), sum=-1)],
    "people ahead only falls": [change("sightings", _sight(10, 2), sum=10)],
    "people ahead is zero when served": [
        change("sightings", _sight(1, 3), sum=1),
        change("called", _of(FIRST), ahead=1),
        set_fields(called=()),
    ],
    "people ahead equals a recount": [
        _shifted_up,
        change("sightings", _sight(10, 2), sum=7),
        drop("sightings", lambda one: one.serving < one.number),
        drop("frames", everything),
    ],
    "all devices of a customer show the same": [change("sightings", _sight(9, 3, stream=2), sum=4)],
    "everybody got the same frames": [add("frames", OTHER_FRAME)],
    "stock is never below zero": [change("frames", lambda frame: frame.seq == 4, stock_left=-1)],
    "the serving number never goes back": [change("frames", lambda frame: frame.seq == 4, serving=1)],
}

CASES = [
    pytest.param(name, doctor, id=f"{name} {index}")
    for name, doctors in DOCTORED.items()
    for index, doctor in enumerate(doctors, 1)
]


def test_every_statement_holds_for_an_honest_drop() -> None:
    statements = judge_drop(honest_drop())

    assert [statement for statement in statements if not statement.holds] == []


@pytest.mark.parametrize(("name", "doctor"), CASES)
def test_a_doctored_drop_is_found_out(name: str, doctor: Doctor[DropHistory]) -> None:
    history = doctor(honest_drop())

    statements = {statement.name: statement for statement in judge_drop(history)}

    assert not statements[name].holds
    assert statements[name].evidence


def test_no_statement_about_a_drop_is_unbreakable() -> None:
    assert set(DOCTORED) == {name_of(claim) for claim in CLAIMS}


def test_one_who_came_back_in_front_of_me_may_raise_my_count() -> None:
    came_back = change("sightings", _sight(10, 2), sum=10, came_back_below=1)(honest_drop())

    statements = {statement.name: statement.holds for statement in judge_drop(came_back)}

    assert statements["people ahead only falls"]


def test_a_drop_with_more_coupons_than_customers_owes_one_to_each_who_stayed() -> None:
    none_left_over = replace(honest_drop(), quantity=50)

    found = {statement.name: statement for statement in judge_drop(none_left_over)}

    assert not found["as many issued as there are coupons"].holds
    assert found["as many issued as there are coupons"].evidence == "4 rows in MySQL, 9 due"


def test_a_history_of_nothing_proves_nothing() -> None:
    empty = replace(
        honest_drop(), joined=(), left=(), final_words=(), asked_again=(), frames=(), sightings=(), called=(), rows=()
    )

    failed = {statement.name for statement in judge_drop(empty) if not statement.holds}

    assert {"every customer joined", "as many issued as there are coupons", "a place is kept"} <= failed
