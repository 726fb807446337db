"""The chat checker on histories made by hand: a clean one, and one for each thing that may go wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.faults.checkers.chat import Message, RoomHistory, judge_chat
from tests.faults.checkers.tries import CUT, Try
from tests.faults.checkers.verdict import Verdict
from tests.faults.history import Outcome

pytestmark = pytest.mark.unit

ONE, TWO = Message((1, 10), "m1", "hello"), Message((1, 11), "m2", "woof")
ALWAYS = [(0.0, float("inf"))]


def acked(name: str, cursor: str, *, began: float, ended: float) -> Try:
    return Try(name, began, ended, Outcome.OK, settles=True, result=cursor)


def refused(name: str, *, began: float, ended: float, code: str | None, after: float | None) -> Try:
    return Try(name, began, ended, Outcome.UNKNOWN, settles=False, code=code, retry_after_seconds=after)


CLEAN = RoomHistory(
    room="r",
    tries={
        "customer": (
            refused("m1", began=1.0, ended=2.0, code="dependency-down", after=2),
            acked("m1", "1-10", began=4.0, ended=4.1),
        ),
        "groomer": (acked("m2", "1-11", began=5.0, ended=5.1),),
    },
    texts={"m1": "hello", "m2": "woof"},
    received={"customer": (ONE, TWO), "groomer": (ONE, TWO)},
    stored=(ONE, TWO),
    skipped={},
)


def verdict(history: RoomHistory) -> Verdict:
    return judge_chat([history], windows=ALWAYS)


def test_a_chat_without_a_fault_is_clean() -> None:
    found = verdict(CLEAN)

    assert found.is_clean
    assert (found.acked, found.unknown) == (2, 1)
    assert found.unavailable_seconds == pytest.approx(3.1)


def test_an_acknowledged_message_that_is_not_in_history_is_lost() -> None:
    found = verdict(replace(CLEAN, stored=(TWO,)))

    assert found.lost == ("room r: message m1 was acknowledged at 1-10 and is not in history",)


def test_a_message_that_stands_elsewhere_than_its_ack_said_is_lost() -> None:
    moved = replace(ONE, place=(1, 9))

    assert len(verdict(replace(CLEAN, stored=(moved, TWO))).lost) == 1


def test_a_message_that_nobody_said_is_lost() -> None:
    ghost = Message((1, 12), "m3", "miaow")
    everywhere = {"customer": (ONE, TWO, ghost), "groomer": (ONE, TWO, ghost)}

    found = verdict(replace(CLEAN, stored=(ONE, TWO, ghost), received=everywhere))

    assert found.lost == ("room r: history has message m3, which nobody said so",)


def test_a_message_that_a_member_never_heard_is_lost() -> None:
    found = verdict(replace(CLEAN, received={"customer": (ONE,), "groomer": (ONE, TWO)}))

    assert found.lost == ("room r: customer never heard message m2",)


def test_who_was_told_to_read_history_instead_has_not_lost_it() -> None:
    skipped = {"customer": (((1, 10), (1, 11)),)}

    assert verdict(replace(CLEAN, received={"customer": (ONE,), "groomer": (ONE, TWO)}, skipped=skipped)).is_clean


def test_a_message_twice_in_history_or_at_a_member_is_duplicated() -> None:
    again = replace(ONE, place=(1, 12))

    assert len(verdict(replace(CLEAN, stored=(ONE, TWO, again))).duplicated) == 1
    assert len(verdict(replace(CLEAN, received={**CLEAN.received, "groomer": (ONE, TWO, TWO)})).duplicated) == 1


def test_a_member_that_hears_in_another_order_than_history_has_is_out_of_order() -> None:
    found = verdict(replace(CLEAN, received={**CLEAN.received, "groomer": (TWO, ONE)}))

    assert len(found.out_of_order) == 1


def test_a_message_begun_after_an_acknowledgement_stands_after_it() -> None:
    tries = {"customer": (acked("m2", "1-11", began=1, ended=2), acked("m1", "1-10", began=3, ended=4))}

    assert len(verdict(replace(CLEAN, tries=tries)).out_of_order) == 1


@pytest.mark.parametrize(
    "made",
    [
        refused("m1", began=1, ended=1.5, code=None, after=2),
        refused("m1", began=1, ended=1.5, code="dependency-down", after=None),
        refused("m1", began=1, ended=9, code="dependency-down", after=2),
    ],
    ids=["without our shape", "without a time to come again", "late"],
)
def test_a_refusal_is_clear_or_it_is_counted(made: Try) -> None:
    found = verdict(replace(CLEAN, tries={**CLEAN.tries, "customer": (made, *CLEAN.tries["customer"])}))

    assert len(found.unclear) == 1
    assert not found.is_clean
    assert not found.lost_something


def test_nobody_was_there_to_refuse_in_a_shape_when_the_connection_was_cut() -> None:
    cut = refused("m1", began=1, ended=1.5, code=CUT, after=None)

    assert verdict(replace(CLEAN, tries={**CLEAN.tries, "customer": (cut, *CLEAN.tries["customer"])})).is_clean


def test_whoever_never_hears_an_acknowledgement_waits_for_ever() -> None:
    never = {**CLEAN.tries, "groomer": (refused("m2", began=5, ended=6, code="dependency-down", after=2),)}

    assert verdict(replace(CLEAN, tries=never)).unavailable_seconds == float("inf")


def test_only_the_wait_within_a_window_counts() -> None:
    found = judge_chat([CLEAN], windows=[(3.0, 3.5), (4.05, 9.0)])

    assert found.unavailable_seconds == pytest.approx(0.5)
