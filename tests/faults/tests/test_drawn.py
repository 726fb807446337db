"""A lottery is clean only when everybody who was registered has the number of the public draw."""

from __future__ import annotations

from dataclasses import replace

import pytest

from salon_contracts.verify.draw import commitment_of, digest_of, drawn_order
from tests.faults.checkers.lottery import judge_lottery
from tests.faults.history import Claim, History, Operation, Outcome, PlaceSeen
from tests.harness.histories.drop import CouponRow, FinalWord

pytestmark = pytest.mark.unit

EVENT, SEED = "5e6c5ba0-6a5f-4a63-8d5c-1d6d2d5f0a11", "5e" * 32
ENTRIES = {customer: f"{customer:064x}" for customer in (1, 2, 3)}


def honest() -> History:
    """Three were registered, one coupon; the injection was at 10 s, "yours" at 12 s."""
    digest = digest_of(event_id=EVENT, entries=ENTRIES.values())
    order = [int(one, 16) for one in drawn_order(seed=SEED, entries_digest=digest, entries=ENTRIES.values())]
    first = order[0]
    return History(
        quantity=1,
        customers=frozenset(ENTRIES),
        operations=tuple(Operation(customer, customer, customer + 0.1, Outcome.OK, number=0) for customer in ENTRIES),
        places=(
            *(PlaceSeen(customer + 0.2, customer, 0, "registered", 0) for customer in ENTRIES),
            *(PlaceSeen(11.0, customer, number, "waiting", 0) for number, customer in enumerate(order, start=1)),
        ),
        final_words=(
            FinalWord(12.0, first, "issued", "c", 1),
            *(FinalWord(12.5, customer, "sold-out") for customer in order[1:]),
        ),
        claims=(Claim(first, 1, 1),),
        rows=(CouponRow("c", first, 1, 1),),
        issued_by_line=1,
        injected_at=10.0,
        entries=ENTRIES,
        draw={
            "coupon_event_id": EVENT,
            "commitment": commitment_of(event_id=EVENT, seed=SEED),
            "seed": SEED,
            "entries_digest": digest,
            "entries": 3,
            "items": sorted(ENTRIES.values()),
        },
    )


def test_an_honest_lottery_is_clean() -> None:
    verdict = judge_lottery(honest())

    assert verdict.is_clean, verdict
    assert (verdict.acked, verdict.unavailable_seconds) == (4, 2.0)


def test_a_number_that_is_not_the_drawn_one_is_found() -> None:
    history = honest()
    moved = [replace(place, number=9) if place.number == 2 else place for place in history.places]

    assert len(judge_lottery(replace(history, places=tuple(moved))).lost) == 1


def test_a_registration_that_is_not_on_the_list_is_found() -> None:
    history = replace(honest(), entries={**ENTRIES, 4: f"{4:064x}"})

    assert judge_lottery(history).lost == ("customer 4 was registered, and is not on the list",)


@pytest.mark.parametrize("change", [{"seed": "ab" * 32}, {"entries": 4}, {"seed": None}])
def test_a_draw_that_is_not_right_is_found(change: dict[str, object]) -> None:
    history = honest()

    assert not judge_lottery(replace(history, draw={**history.draw, **change})).is_clean
