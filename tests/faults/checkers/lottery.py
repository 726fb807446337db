"""A lottery's history as the checker reads it: whoever was registered holds the number that the public draw gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from salon_contracts.verify.draw import drawn_order, faults_in
from tests.faults.checkers.drop import judge
from tests.faults.checkers.verdict import Verdict
from tests.faults.history import History, Operation, Outcome


def judge_lottery(history: History) -> Verdict:
    """Acknowledged are registrations and the words "yours"."""
    if history.draw["seed"] is None:
        return Verdict(len(history.entries), ("the lottery was never drawn",), (), (), 0, float("inf"))
    verdict = judge(as_drawn(history), unavailable=opening_to_first_coupon)
    return replace(
        verdict,
        acked=verdict.acked + sum(1 for _ in _not_drawn(history)),
        lost=(*verdict.lost, *_not_drawn(history), *faults_in(history.draw)),
    )


def as_drawn(history: History) -> History:
    """Nobody's place before the draw has a number, and nobody came before another."""
    numbers = _numbers(history)
    drawn = [
        Operation(customer, began=0.0, ended=0.0, outcome=Outcome.OK, number=numbers[entry])
        for customer, entry in history.entries.items()
        if entry in numbers
    ]
    others = [one for one in history.operations if one.number != 0]
    return replace(
        history,
        operations=(*drawn, *others),
        places=tuple(place for place in history.places if place.number != 0),
    )


def opening_to_first_coupon(history: History) -> float:
    """From the injection, which is at the opening."""
    issued_at = (word.at for word in history.final_words if word.state == "issued")
    return min(issued_at, default=float("inf")) - history.injected_at


def _numbers(history: History) -> dict[str, int]:
    draw = history.draw
    order = drawn_order(seed=draw["seed"], entries_digest=draw["entries_digest"], entries=draw["items"])
    return {entry: number for number, entry in enumerate(order, start=1)}


def _not_drawn(history: History) -> Iterator[str]:
    listed = set(history.draw["items"])
    for customer, entry in history.entries.items():
        if entry not in listed:
            yield f"customer {customer} was registered, and is not on the list"
