"""The drill finds what a restore has lost, changed or kept too much of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from deploy.local.backup.manifest import TableContent
from tests.restore.held import Held, Mark
from tests.restore.judging import Gone, gone, wrong_at_mark, wrong_at_the_end
from tests.restore.writers import Acknowledged

pytestmark = pytest.mark.unit
THEN = Held(
    tables={"bookings": TableContent(rows=1, digest="aa")},
    bookings=frozenset({"b1"}),
    coupons=frozenset({7}),
    messages={"m1": "11"},
)
MARK = Mark(datetime(2026, 11, 30, tzinfo=UTC), 50.0, THEN, messages_after={"m1": "11", "m2": "22"})
ACKNOWLEDGED = Acknowledged(bookings={"b1": 40.0}, coupons={7: 41.0}, messages={"m1": 42.0})


def test_what_was_there_then_and_is_there_now_is_right() -> None:
    assert wrong_at_mark(MARK, THEN) == []
    assert wrong_at_mark(MARK, replace(THEN, messages=MARK.messages_after)) == []
    assert list(wrong_at_the_end(ACKNOWLEDGED, MARK, THEN, end=60.0)) == []


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (replace(THEN, tables={"bookings": TableContent(rows=1, digest="ab")}), "bookings: 1 rows in both"),
        (replace(THEN, messages={}), "message m1 is missing"),
        (replace(THEN, messages={"m1": "12"}), "message m1 is another"),
        (replace(THEN, messages={"m1": "11", "m3": "33"}), "message m3 came after the moment"),
    ],
)
def test_what_differs_from_the_moment_is_found(found: Held, sentence: str) -> None:
    assert [one for one in wrong_at_mark(MARK, found) if one.startswith(sentence)]


def test_what_was_acknowledged_long_before_the_end_must_not_be_lost() -> None:
    wrong = list(wrong_at_the_end(ACKNOWLEDGED, MARK, replace(THEN, bookings=frozenset()), end=60.0))

    assert "bookings: 1 lost, acknowledged up to 20.0 s before the end" in wrong


def test_what_came_within_the_last_moment_may_be_lost_and_is_counted() -> None:
    late = replace(ACKNOWLEDGED, messages={"m1": 42.0, "m9": 58.0})

    assert list(wrong_at_the_end(late, MARK, THEN, end=60.0)) == []
    assert gone(late.messages, THEN.messages, end=60.0) == Gone(count=1, of=2, seconds=2.0)


def test_a_drill_in_which_nothing_was_acknowledged_shows_nothing() -> None:
    nobody = Acknowledged(bookings={}, coupons={}, messages={})

    assert len(list(wrong_at_the_end(nobody, MARK, THEN, end=60.0))) == 3
