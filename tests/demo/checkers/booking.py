"""One slot, many customers: one booking and clear refusals, and no trace of the rest."""

from __future__ import annotations

from collections import Counter

from tests.harness.histories.booking import BookingAttempt, RaceHistory
from tests.harness.statements import Finding, Statement, judge, none_of


def judge_race(history: RaceHistory) -> list[Statement]:
    return judge(history, CLAIMS)


def everybody_tried(history: RaceHistory) -> Finding:
    tries = Counter(attempt.customer for attempt in history.attempts)
    wrong = [customer for customer in history.customers if tries[customer] != 1]
    return none_of(wrong, but=f"{len(history.customers)} customers")


def the_slot_was_free_before(history: RaceHistory) -> Finding:
    return Finding(history.slot_offered_before, "offered" if history.slot_offered_before else "not offered")


def exactly_one_got_the_slot(history: RaceHistory) -> Finding:
    winners = _winners(history)
    return Finding(len(winners) == 1, f"{len(winners)} of {len(history.attempts)} answered 201")


def everyone_else_was_told_slot_taken(history: RaceHistory) -> Finding:
    losers = [attempt for attempt in history.attempts if attempt.status != 201]
    wrong = [attempt for attempt in losers if (attempt.status, attempt.code) != (409, "slot-taken")]
    return none_of(wrong, but=f"{len(losers)} refusals")


def only_the_winner_has_the_booking(history: RaceHistory) -> Finding:
    """Asked over HTTP as each of them: the winner sees it, nobody else sees any."""
    due = {(attempt.customer, attempt.booking_id) for attempt in _winners(history)}
    seen = {(one.seen_by, one.booking_id) for one in history.seen}
    return none_of(due ^ seen, but=f"{len(history.customers)} customers asked")


def the_slot_is_no_longer_offered(history: RaceHistory) -> Finding:
    return Finding(not history.slot_offered_after, "offered" if history.slot_offered_after else "not offered")


def mysql_has_that_one_booking(history: RaceHistory) -> Finding:
    due = sorted((str(attempt.booking_id), attempt.customer) for attempt in _winners(history))
    rows = sorted((row.booking_id, row.customer) for row in history.rows)
    return Finding(len(rows) == 1 and rows == due, f"{len(rows)} live rows: {rows[:3]}")


def _winners(history: RaceHistory) -> list[BookingAttempt]:
    return [attempt for attempt in history.attempts if attempt.status == 201]


CLAIMS = (
    everybody_tried,
    the_slot_was_free_before,
    exactly_one_got_the_slot,
    everyone_else_was_told_slot_taken,
    only_the_winner_has_the_booking,
    the_slot_is_no_longer_offered,
    mysql_has_that_one_booking,
)
