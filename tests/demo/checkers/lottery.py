"""Was the order really drawn, by the seed that was promised, among those who took part and nobody else?"""

from __future__ import annotations

from salon_contracts.verify.draw import commitment_of, digest_of, drawn_order
from tests.harness.histories.lottery import LotteryHistory
from tests.harness.statements import Finding, Statement, judge, none_of


def judge_lottery(history: LotteryHistory) -> list[Statement]:
    return judge(history, CLAIMS)


def nobody_has_a_number_before_the_opening(history: LotteryHistory) -> Finding:
    numbered = [one for one in history.registered if one.number != 0]
    return none_of(numbered, but=f"{len(history.registered)} registered")


def the_hash_was_published_and_the_seed_was_not(history: LotteryHistory) -> Finding:
    before = history.before
    is_kept = before.seed is None and not before.entries and before.entries_digest is None
    holds = bool(history.promised) and before.commitment == history.promised and is_kept
    return Finding(holds, f"{history.promised}, seed {before.seed}")


def the_revealed_seed_is_the_promised_one(history: LotteryHistory) -> Finding:
    seed = history.after.seed or ""
    holds = commitment_of(event_id=history.event_id, seed=seed) == history.promised == history.after.commitment
    return Finding(holds, f"seed {seed[:16]}…")


def the_list_names_everybody_who_took_part_and_nobody_else(history: LotteryHistory) -> Finding:
    due = {one.entry for one in history.registered if one.customer != history.leaver}
    listed = history.after.entries
    is_sealed = digest_of(event_id=history.event_id, entries=listed) == history.after.entries_digest
    holds = is_sealed and sorted(listed) == sorted(due)
    return Finding(holds, f"{len(listed)} entries, {len(due)} took part to the end")


def everybody_was_told_the_drawn_number(history: LotteryHistory) -> Finding:
    numbers = {one.customer: one.number for one in history.drawn}
    wrong = [(customer, number) for customer, number in _order(history).items() if numbers.get(customer) != number]
    return none_of(wrong, but=f"{len(numbers)} told")


def the_first_drawn_have_the_coupons(history: LotteryHistory) -> Finding:
    due = sorted(_order(history).items(), key=lambda one: one[1])[: history.quantity]
    rows = sorted((row.customer, row.number) for row in history.rows)
    return Finding(rows == sorted(due), f"{len(rows)} rows in MySQL, the drawn numbers 1 to {len(due)}")


def winners_and_losers_were_told_so(history: LotteryHistory) -> Finding:
    winners = {row.customer for row in history.rows}
    everybody = {one.customer for one in history.registered} - {history.leaver} | {history.late}
    due = {(customer, "issued" if customer in winners else "sold-out") for customer in everybody}
    words = {(word.customer, word.state) for word in history.final_words}
    return none_of(due ^ words, but=f"{len(words)} final words")


def who_came_after_the_opening_stands_behind_everybody(history: LotteryHistory) -> Finding:
    number = next((one.number for one in history.drawn if one.customer == history.late), 0)
    return Finding(number > len(history.after.entries), f"number {number} after {len(history.after.entries)} entries")


def anybody_can_do_the_draw_again(history: LotteryHistory) -> Finding:
    status, last_line = history.draw_py
    number = _order(history).get(history.witness)
    return Finding(status == 0 and last_line.endswith(f"drew number {number}"), f"draw.py: {last_line}")


def _order(history: LotteryHistory) -> dict[int, int]:
    """Everybody's number, by the public draw."""
    customer_by_entry = {one.entry: one.customer for one in history.registered}
    seed, digest = history.after.seed or "", history.after.entries_digest or ""
    order = drawn_order(seed=seed, entries_digest=digest, entries=history.after.entries)
    return {customer_by_entry.get(entry, 0): number for number, entry in enumerate(order, start=1)}


CLAIMS = (
    nobody_has_a_number_before_the_opening,
    the_hash_was_published_and_the_seed_was_not,
    the_revealed_seed_is_the_promised_one,
    the_list_names_everybody_who_took_part_and_nobody_else,
    everybody_was_told_the_drawn_number,
    the_first_drawn_have_the_coupons,
    winners_and_losers_were_told_so,
    who_came_after_the_opening_stands_behind_everybody,
    anybody_can_do_the_draw_again,
)
