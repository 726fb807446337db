"""Every statement about a lottery can fail, and an honest lottery fails none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from salon_contracts.verify.draw import commitment_of, digest_of, drawn_order
from tests.demo.checkers.lottery import CLAIMS, judge_lottery
from tests.demo.tests.doctoring import Doctor, add, change, drop, everything, set_fields
from tests.harness.histories.drop import CouponRow, FinalWord
from tests.harness.histories.lottery import Drawn, LotteryHistory, PublicDraw, Registered
from tests.harness.statements import name_of

pytestmark = pytest.mark.unit

EVENT, SEED = "5e6c5ba0-6a5f-4a63-8d5c-1d6d2d5f0a11", "5e" * 32
LEAVER, LATE = 106, 199


def entry(customer: int) -> str:
    return f"{customer:064x}"


def honest_lottery() -> LotteryHistory:
    """Customers 101 to 106 register, 106 leaves, 199 comes late. Two coupons."""
    staying = [entry(customer) for customer in range(101, 106)]
    digest, commitment = digest_of(event_id=EVENT, entries=staying), commitment_of(event_id=EVENT, seed=SEED)
    order = [int(one, 16) for one in drawn_order(seed=SEED, entries_digest=digest, entries=staying)]
    rows = tuple(CouponRow(f"c-{number}", order[number - 1], number, number) for number in (1, 2))
    return LotteryHistory(
        event_id=EVENT,
        quantity=2,
        registered=tuple(Registered(customer, 0, entry(customer)) for customer in range(101, 107)),
        leaver=LEAVER,
        late=LATE,
        promised=commitment,
        before=PublicDraw(commitment, None, None, ()),
        after=PublicDraw(commitment, SEED, digest, tuple(staying)),
        drawn=(*(Drawn(customer, number) for number, customer in enumerate(order, start=1)), Drawn(LATE, 6)),
        final_words=(
            *(FinalWord(1.0, row.customer, "issued", row.coupon_id, row.serial) for row in rows),
            *(FinalWord(1.0, customer, "sold-out") for customer in (*order[2:], LATE)),
        ),
        rows=rows,
        witness=order[3],
        draw_py=(0, "the ticket (entry …) drew number 4"),
    )


def _before(**values: Any) -> Doctor[LotteryHistory]:
    return lambda history: replace(history, before=replace(history.before, **values))


def _after(**values: Any) -> Doctor[LotteryHistory]:
    return lambda history: replace(history, after=replace(history.after, **values))


DOCTORED: dict[str, list[Doctor[LotteryHistory]]] = {
    "nobody has a number before the opening": [change("registered", everything, number=1)],
    "the hash was published and the seed was not": [
        set_fields(promised=None),
        _before(seed=SEED),
        _before(commitment="ab" * 32),
        _before(entries=(entry(101),)),
    ],
    "the revealed seed is the promised one": [_after(seed="ab" * 32), _after(seed=None), _after(commitment="ab" * 32)],
    "the list names everybody who took part and nobody else": [
        drop("registered", lambda one: one.customer == 101),
        add("registered", Registered(107, 0, entry(107))),
        _after(entries_digest="ab" * 32),
    ],
    "everybody was told the drawn number": [
        drop("drawn", lambda one: one.customer == 101),
        change("drawn", lambda one: one.customer == 101, number=9),
    ],
    "the first drawn have the coupons": [
        change("rows", lambda row: row.number == 2, customer=LATE, number=6),
        drop("rows", lambda row: row.number == 1),
    ],
    "winners and losers were told so": [
        drop("final_words", lambda word: word.customer == LATE),
        change("final_words", lambda word: word.state == "issued", state="sold-out"),
    ],
    "who came after the opening stands behind everybody": [
        change("drawn", lambda one: one.customer == LATE, number=5),
        drop("drawn", lambda one: one.customer == LATE),
    ],
    "anybody can do the draw again": [
        set_fields(draw_py=(1, "this is not the seed that the commitment promised")),
        set_fields(draw_py=(0, "the ticket (entry …) drew number 5")),
        set_fields(draw_py=(1, "the ticket (entry …) drew number 4")),
    ],
}

CASES = [
    pytest.param(name, doctor, id=f"{name} {index}")
    for name, doctors in DOCTORED.items()
    for index, doctor in enumerate(doctors, 1)
]


def test_every_statement_holds_for_an_honest_lottery() -> None:
    statements = judge_lottery(honest_lottery())

    assert [statement for statement in statements if not statement.holds] == []


@pytest.mark.parametrize(("name", "doctor"), CASES)
def test_a_doctored_lottery_is_found_out(name: str, doctor: Doctor[LotteryHistory]) -> None:
    history = doctor(honest_lottery())

    statements = {statement.name: statement for statement in judge_lottery(history)}

    assert not statements[name].holds
    assert statements[name].evidence


def test_no_statement_about_a_lottery_is_unbreakable() -> None:
    assert set(DOCTORED) == {name_of(claim) for claim in CLAIMS}
