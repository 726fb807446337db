"""The checker on histories made by hand: a clean one, and one for each thing that may go wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.faults.checkers.drop import gap_in_issuing, gap_within, judge, longest_absence
from tests.faults.checkers.verdict import Verdict, together
from tests.faults.history import Claim, History, Operation, Outcome, PlaceSeen
from tests.harness.histories.drop import CouponRow, FinalWord

pytestmark = pytest.mark.unit


def joined(customer: int, number: int, *, at: float = 1.0) -> Operation:
    return Operation(customer=customer, began=at - 0.1, ended=at, outcome=Outcome.OK, number=number)


def yours(customer: int, serial: int, *, at: float) -> FinalWord:
    return FinalWord(at=at, customer=customer, state="issued", coupon_id=f"c{serial}", serial=serial)


CLEAN = History(
    quantity=2,
    customers=frozenset({11, 12, 13}),
    operations=(joined(11, 1), joined(12, 2), joined(13, 3)),
    places=(PlaceSeen(at=1.5, customer=11, number=1, state="waiting", instance=0),),
    final_words=(yours(11, 1, at=2.0), yours(12, 2, at=3.0), FinalWord(at=4.0, customer=13, state="sold-out")),
    claims=(Claim(customer=11, number=1, serial=1), Claim(customer=12, number=2, serial=2)),
    rows=(
        CouponRow(coupon_id="c1", customer=11, serial=1, number=1),
        CouponRow(coupon_id="c2", customer=12, serial=2, number=2),
    ),
    issued_by_line=2,
)


def verdict(history: History) -> Verdict:
    return judge(history, unavailable=lambda _history: 0.0)


def test_a_drop_without_a_fault_is_clean() -> None:
    found = verdict(CLEAN)

    assert found.is_clean
    assert found.line() == "acked 5, lost 0, duplicated 0, out of order 0, unknown 0, unavailable 0.0 s"


def test_a_place_that_comes_back_with_another_number_is_lost() -> None:
    again = (*CLEAN.operations, joined(13, 9, at=2.0))

    assert verdict(replace(CLEAN, operations=again)).lost == ("customer 13 was given number 3 and found 9",)


def test_another_number_on_the_stream_is_lost_too() -> None:
    seen = (PlaceSeen(at=2.5, customer=12, number=7, state="waiting", instance=1),)

    assert verdict(replace(CLEAN, places=seen)).lost == ("customer 12 was given number 2 and found 7",)


def test_a_word_without_a_row_is_lost() -> None:
    history = replace(CLEAN, rows=CLEAN.rows[:1], issued_by_line=1)

    assert "customer 12 was told serial 2, which no row has" in verdict(history).lost
    assert "unit 2 of 2 was given to nobody" in verdict(history).lost


def test_a_row_without_a_word_is_lost() -> None:
    words = (CLEAN.final_words[0], FinalWord(at=3.0, customer=12, state="sold-out"), CLEAN.final_words[2])

    assert verdict(replace(CLEAN, final_words=words)).lost == ("customer 12 has a row and was told sold-out",)


def test_who_hears_nothing_is_lost() -> None:
    assert verdict(replace(CLEAN, final_words=CLEAN.final_words[:2])).lost == ("customer 13 never heard a final word",)


def test_who_was_passed_over_is_lost() -> None:
    operations = (joined(11, 1), joined(13, 2), joined(12, 3))
    rows = (CLEAN.rows[0], replace(CLEAN.rows[1], number=3))

    found = verdict(replace(CLEAN, operations=operations, rows=rows))

    assert found.lost == ("customer 13 had number 2 and got nothing, although 3 was served",)


def test_a_line_that_counts_otherwise_than_mysql_is_told() -> None:
    assert verdict(replace(CLEAN, issued_by_line=3)).lost == ("the line counts 3 issued, MySQL has 2",)


def test_one_unit_for_two_is_a_duplicate() -> None:
    words = (CLEAN.final_words[0], replace(CLEAN.final_words[1], serial=1, coupon_id="c1"), CLEAN.final_words[2])
    rows = (CLEAN.rows[0], replace(CLEAN.rows[1], serial=1))

    found = verdict(replace(CLEAN, final_words=words, rows=rows)).duplicated

    assert found == ("serial 1 is on two rows", "serial 1 was told to two customers")


def test_two_units_for_one_are_a_duplicate() -> None:
    rows = (CLEAN.rows[0], replace(CLEAN.rows[1], customer=11))

    assert "customer 11 has two rows" in verdict(replace(CLEAN, rows=rows)).duplicated


def test_one_number_for_two_is_a_duplicate() -> None:
    operations = (joined(11, 1), joined(12, 2), joined(13, 2))

    assert "number 2 was held by two customers" in verdict(replace(CLEAN, operations=operations)).duplicated


def test_who_is_served_before_a_lower_number_is_out_of_order() -> None:
    assert verdict(replace(CLEAN, claims=CLEAN.claims[::-1])).out_of_order == ("number 1 was served after 2",)


def test_who_comes_later_and_stands_ahead_is_out_of_order() -> None:
    operations = (joined(11, 1), joined(12, 3, at=2.0), joined(13, 2, at=3.0))

    found = verdict(replace(CLEAN, operations=operations)).out_of_order

    assert found == ("customer 13 came after number 3 was given, and got 2",)


def test_who_asked_early_and_was_answered_late_may_stand_ahead() -> None:
    early = Operation(customer=13, began=0.1, ended=0.5, outcome=Outcome.UNKNOWN)
    operations = (early, joined(11, 1), joined(12, 3, at=2.0), joined(13, 2, at=3.0))

    assert verdict(replace(CLEAN, operations=operations)).out_of_order == ()


def test_a_claim_that_is_sent_again_is_in_order() -> None:
    assert verdict(replace(CLEAN, claims=(*CLEAN.claims, CLEAN.claims[0]))).is_clean


def test_an_unanswered_request_is_unknown_and_not_acknowledged() -> None:
    lost_answer = Operation(customer=13, began=0.1, ended=0.5, outcome=Outcome.UNKNOWN, code="TimeoutError")

    found = verdict(replace(CLEAN, operations=(lost_answer, *CLEAN.operations)))

    assert (found.unknown, found.acked, found.is_clean) == (1, 5, True)


def test_the_gap_is_between_the_last_word_before_and_the_first_after() -> None:
    words = tuple(yours(n, n, at=at) for n, at in enumerate((1.0, 2.0, 9.0, 9.5)))

    assert gap_in_issuing(replace(CLEAN, final_words=words, injected_at=3.0)) == 7.0
    assert gap_in_issuing(replace(CLEAN, final_words=words[:2], injected_at=3.0)) == float("inf")


def test_absence_lasts_until_the_last_of_those_cut_is_back() -> None:
    places = tuple(
        PlaceSeen(at=at, customer=customer, number=customer, state="waiting", instance=1)
        for customer, at in ((11, 3.5), (12, 4.5), (13, 9.0))
    )
    history = replace(CLEAN, places=places, injected_at=3.0, orphaned=frozenset({11, 12}))

    assert longest_absence(history) == 1.5
    assert longest_absence(replace(history, orphaned=frozenset({11, 14}))) == float("inf")


def test_only_a_pause_within_a_window_counts_and_none_after_the_last_coupon() -> None:
    words = tuple(yours(10 + number, number, at=at) for number, at in enumerate((1.0, 2.0, 6.0, 7.0), start=1))
    history = replace(CLEAN, final_words=words)

    assert gap_within(history, [(0.5, 2.5)]) == 1.0
    assert gap_within(history, [(2.5, 5.0)]) == 2.5
    assert gap_within(history, [(2.5, float("inf"))]) == 3.5
    assert gap_within(history, [(8.0, float("inf"))]) == 0.0


def test_a_play_is_as_bad_as_the_worst_of_its_kinds() -> None:
    clean = verdict(CLEAN)
    bad = replace(clean, lost=("a message",), unavailable_seconds=9.0)

    found = together({"drop": clean, "chat": bad})

    assert not found.is_clean
    assert (found.acked, found.lost, found.unavailable_seconds) == (2 * clean.acked, ("a message",), 9.0)
    assert found.kinds["drop"] is clean
