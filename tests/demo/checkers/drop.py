"""Was the drop exact? Who got a coupon, who was told so, and in which order."""

from __future__ import annotations

from itertools import pairwise

from tests.demo.checkers.drop_line import CLAIMS as ABOUT_THE_LINE
from tests.harness.histories.drop import DropHistory
from tests.harness.statements import Finding, Statement, judge, none_of, repeated


def judge_drop(history: DropHistory) -> list[Statement]:
    return judge(history, CLAIMS)


def every_customer_joined(history: DropHistory) -> Finding:
    absent = history.customers - {join.customer for join in history.joined}
    return none_of(absent, but=f"{len(history.customers)} customers")


def as_many_issued_as_there_are_coupons(history: DropHistory) -> Finding:
    stayed = len(history.customers) - len({left.customer for left in history.left})
    due = min(history.quantity, stayed)
    return Finding(len(history.rows) == due, f"{len(history.rows)} rows in MySQL, {due} due")


def as_many_told_as_there_are_coupons(history: DropHistory) -> Finding:
    winners = _winners_by_word(history)
    return Finding(
        len(winners) == min(history.quantity, len(history.rows)),
        f"{len(winners)} customers told, {history.quantity} coupons",
    )


def nobody_told_without_a_row(history: DropHistory) -> Finding:
    rows = {(row.customer, row.serial, row.coupon_id) for row in history.rows}
    words = {(word.customer, word.serial, word.coupon_id) for word in history.final_words if word.state == "issued"}
    return none_of(words - rows, but=f"{len(words)} told against {len(rows)} rows")


def no_row_without_being_told(history: DropHistory) -> Finding:
    untold = {row.customer for row in history.rows} - _winners_by_word(history)
    return none_of(untold, but=f"{len(history.rows)} rows")


def no_customer_has_two_coupons(history: DropHistory) -> Finding:
    return none_of(repeated(row.customer for row in history.rows), but=f"{len(history.rows)} rows")


def every_serial_is_used_once_from_one_to_the_last(history: DropHistory) -> Finding:
    serials = sorted(row.serial for row in history.rows)
    wrong = set(serials) ^ set(range(1, len(serials) + 1))
    return none_of([*repeated(serials), *wrong], but=f"serials 1 to {len(serials)}")


def everyone_else_told_sold_out(history: DropHistory) -> Finding:
    """All who joined, neither won nor left, heard `sold-out` and nothing else."""
    due = history.customers - {row.customer for row in history.rows} - {left.customer for left in history.left}
    states = {word.customer: word.state for word in history.final_words}
    wrong = [(customer, states.get(customer, "nothing")) for customer in due if states.get(customer) != "sold-out"]
    return none_of(wrong, but=f"{len(due)} customers")


def nobody_heard_two_different_answers(history: DropHistory) -> Finding:
    words = {(word.customer, word.state, word.coupon_id, word.serial) for word in history.final_words}
    return none_of(repeated(word[0] for word in words), but=f"{len(history.final_words)} final words")


def order_of_issue_is_order_of_numbers(history: DropHistory) -> Finding:
    by_serial = sorted(history.rows, key=lambda row: row.serial)
    wrong = [(before.number, after.number) for before, after in pairwise(by_serial) if before.number >= after.number]
    return none_of(wrong, but=f"{len(by_serial)} rows by serial")


def the_row_has_the_number_that_was_given(history: DropHistory) -> Finding:
    given = {join.customer: join.number for join in history.joined}
    wrong = [(row.customer, row.number) for row in history.rows if given.get(row.customer) != row.number]
    return none_of(wrong, but=f"{len(history.rows)} rows")


def nobody_was_overtaken(history: DropHistory) -> Finding:
    """Whoever stayed and got nothing stands behind everyone who got something."""
    out = {row.customer for row in history.rows} | {left.customer for left in history.left}
    last = max((row.number for row in history.rows), default=0)
    wrong = {join.number for join in history.joined if join.customer not in out and join.number < last}
    return none_of(wrong, but=f"the last number served is {last}")


def nobody_served_who_left(history: DropHistory) -> Finding:
    gone = {left.customer for left in history.left}
    served = {row.customer for row in history.rows} | _winners_by_word(history)
    return none_of(served & gone, but=f"{len(gone)} left")


def some_left_from_among_the_first(history: DropHistory) -> Finding:
    """Without this, "nobody served who left" would say nothing: those who left would not have won anyway."""
    early = [left.number for left in history.left if left.number <= history.quantity]
    return Finding(bool(early), f"numbers {sorted(early)} of the first {history.quantity} left")


def asking_again_gets_the_same_answer(history: DropHistory) -> Finding:
    winners = {row.customer for row in history.rows}
    wrong = [
        (ask.customer, ask.status, ask.code)
        for ask in history.asked_again
        if (ask.status, ask.code) != ((409, "already-has-coupon") if ask.customer in winners else (410, "sold-out"))
    ]
    kinds = {ask.customer in winners for ask in history.asked_again}
    if kinds != {True, False}:
        return Finding(holds=False, evidence="not asked by a winner and by somebody else")
    return none_of(wrong, but=f"{len(history.asked_again)} asked again")


def the_public_line_agrees_with_mysql(history: DropHistory) -> Finding:
    line, rows = history.counters, history.rows
    return Finding(
        (line.issued, line.stock_left) == (len(rows), history.quantity - len(rows)),
        f"issued {line.issued}, stock left {line.stock_left}; {len(rows)} rows",
    )


def redis_agrees_with_mysql(history: DropHistory) -> Finding:
    """The same coupons, customers, serials and numbers; and no claim is left without an answer."""
    line = history.counters
    differs = line.redis_issued ^ set(history.rows)
    if line.redis_in_flight:
        return Finding(holds=False, evidence=f"{line.redis_in_flight} claims without an answer")
    return none_of(differs, but=f"{len(line.redis_issued)} outcomes in Redis, {len(history.rows)} rows")


def kafka_mysql_and_redis_tell_the_same_story(history: DropHistory) -> Finding:
    """Every claim has its answer, every answer its row, every row its unit: as the operator's own command finds."""
    return none_of(history.reconciled.differences, but=history.reconciled.compared)


def the_line_says_sold_out(history: DropHistory) -> Finding:
    return Finding(history.counters.state == "sold-out", f"the line is {history.counters.state}")


def _winners_by_word(history: DropHistory) -> set[int]:
    return {word.customer for word in history.final_words if word.state == "issued"}


CLAIMS = (
    every_customer_joined,
    as_many_issued_as_there_are_coupons,
    as_many_told_as_there_are_coupons,
    nobody_told_without_a_row,
    no_row_without_being_told,
    no_customer_has_two_coupons,
    every_serial_is_used_once_from_one_to_the_last,
    everyone_else_told_sold_out,
    nobody_heard_two_different_answers,
    order_of_issue_is_order_of_numbers,
    the_row_has_the_number_that_was_given,
    nobody_was_overtaken,
    nobody_served_who_left,
    some_left_from_among_the_first,
    asking_again_gets_the_same_answer,
    the_public_line_agrees_with_mysql,
    redis_agrees_with_mysql,
    kafka_mysql_and_redis_tell_the_same_story,
    the_line_says_sold_out,
    *ABOUT_THE_LINE,
)
