"""What the history of a drop shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from tests.faults.checkers.tries import Window
from tests.faults.checkers.verdict import Verdict
from tests.faults.history import History, Outcome


def judge(history: History, *, unavailable: Callable[[History], float]) -> Verdict:
    """Acknowledged are places (the first time each) and the words "yours"."""
    won = [word for word in history.final_words if word.state == "issued"]
    return Verdict(
        acked=len(acknowledged_numbers(history)) + len(won),
        lost=tuple(_lost(history)),
        duplicated=tuple(_duplicated(history)),
        out_of_order=tuple(_out_of_order(history)),
        unknown=sum(operation.outcome is Outcome.UNKNOWN for operation in history.operations),
        unavailable_seconds=unavailable(history),
    )


def acknowledged_numbers(history: History) -> dict[int, int]:
    """customer → the number that was acknowledged first."""
    numbers: dict[int, int] = {}
    for operation in sorted(history.operations, key=lambda operation: operation.ended):
        if operation.outcome is Outcome.OK and operation.number is not None:
            numbers.setdefault(operation.customer, operation.number)
    return numbers


def gap_in_issuing(history: History) -> float:
    """The longest time after the injection in which nobody was told "yours"."""
    times = sorted(word.at for word in history.final_words if word.state == "issued")
    before = [at for at in times if at <= history.injected_at]
    window = [*before[-1:], *(at for at in times if at > history.injected_at)]
    return max((later - earlier for earlier, later in pairwise(window)), default=float("inf"))


def gap_within(history: History, windows: Sequence[Window]) -> float:
    """The longest pause in issuing within one of these; what comes after the last coupon is none."""
    times = sorted(word.at for word in history.final_words if word.state == "issued")
    return max(
        (later - earlier for start, end in windows for earlier, later in pairwise(_points(times, start, end))),
        default=0.0,
    )


def _points(times: Sequence[float], start: float, end: float) -> list[float]:
    later = [at for at in times if at > start]
    return [start, *(at for at in later if at <= end), *([end] if later and later[-1] > end else [])]


def longest_absence(history: History) -> float:
    """The longest that a cut customer waited for a stream with its place."""
    back: dict[int, float] = {}
    for seen in sorted(history.places, key=lambda seen: seen.at):
        if seen.at > history.injected_at and seen.customer in history.orphaned:
            back.setdefault(seen.customer, seen.at - history.injected_at)
    if set(back) != set(history.orphaned):
        return float("inf")
    return max(back.values(), default=0.0)


def _lost(history: History) -> Iterator[str]:
    numbers = acknowledged_numbers(history)
    yield from _moved_places(history, numbers)
    yield from _empty_words(history)
    yield from _forgotten_people(history, numbers)
    for missing in range(len(history.rows), min(history.quantity, len(numbers))):
        yield f"unit {missing + 1} of {history.quantity} was given to nobody"
    if history.issued_by_line != len(history.rows):
        yield f"the line counts {history.issued_by_line} issued, MySQL has {len(history.rows)}"


def _empty_words(history: History) -> Iterator[str]:
    rows = {(row.customer, row.coupon_id, row.serial) for row in history.rows}
    for word in history.final_words:
        if word.state == "issued" and (word.customer, word.coupon_id, word.serial) not in rows:
            yield f"customer {word.customer} was told serial {word.serial}, which no row has"


def _forgotten_people(history: History, numbers: dict[int, int]) -> Iterator[str]:
    winners = {row.customer for row in history.rows}
    last = max((row.number for row in history.rows), default=0)
    states: dict[int, set[str]] = {}
    for word in history.final_words:
        states.setdefault(word.customer, set()).add(word.state)
    for customer, number in numbers.items():
        if customer not in states:
            yield f"customer {customer} never heard a final word"
        elif customer in winners and "issued" not in states[customer]:
            yield f"customer {customer} has a row and was told {', '.join(sorted(states[customer]))}"
        elif customer not in winners and number < last:
            yield f"customer {customer} had number {number} and got nothing, although {last} was served"


def _moved_places(history: History, numbers: dict[int, int]) -> Iterator[str]:
    later = [(operation.customer, operation.number) for operation in history.operations if operation.number]
    later += [(seen.customer, seen.number) for seen in history.places]
    for customer, number in sorted({pair for pair in later if pair[0] in numbers and pair[1] != numbers[pair[0]]}):
        yield f"customer {customer} was given number {numbers[customer]} and found {number}"


def _duplicated(history: History) -> Iterator[str]:
    for serial in _repeated(row.serial for row in history.rows):
        yield f"serial {serial} is on two rows"
    for customer in _repeated(row.customer for row in history.rows):
        yield f"customer {customer} has two rows"
    words = {(word.serial, word.customer) for word in history.final_words if word.state == "issued"}
    for serial in _repeated(serial for serial, _ in words):
        yield f"serial {serial} was told to two customers"
    for customer in _repeated(customer for _, customer in words):
        yield f"customer {customer} was told two serials"
    holders = {(operation.number, operation.customer) for operation in history.operations if operation.number}
    holders |= {(seen.number, seen.customer) for seen in history.places}
    for number in _repeated(number for number, _ in holders):
        yield f"number {number} was held by two customers"


def _out_of_order(history: History) -> Iterator[str]:
    yield from _later_comers_ahead(history)
    yield from _served_before_lower_numbers(history)


def _later_comers_ahead(history: History) -> Iterator[str]:
    """Whoever asks after another's number was acknowledged gets a higher one."""
    first_asked: dict[int, float] = {}
    for operation in history.operations:
        first_asked[operation.customer] = min(operation.began, first_asked.get(operation.customer, operation.began))
    given = [operation for operation in history.operations if operation.outcome is Outcome.OK and operation.number]
    acknowledged = sorted(((one.ended, one.number or 0) for one in given), reverse=True)
    highest = 0
    for customer, number in sorted(acknowledged_numbers(history).items(), key=lambda pair: first_asked[pair[0]]):
        while acknowledged and acknowledged[-1][0] < first_asked[customer]:
            highest = max(highest, acknowledged.pop()[1])
        if number < highest:
            yield f"customer {customer} came after number {highest} was given, and got {number}"


def _served_before_lower_numbers(history: History) -> Iterator[str]:
    """By the log of claims: whoever is served for the first time has a higher number than all before."""
    highest, served = 0, set()
    for claim in history.claims:
        if claim.customer in served:
            continue
        served.add(claim.customer)
        if claim.number < highest:
            yield f"number {claim.number} was served after {highest}"
        highest = max(highest, claim.number)


def _repeated(things: Iterable[int | None]) -> list[int]:
    seen: set[int] = set()
    again: set[int] = set()
    for thing in things:
        if thing is not None:
            (again if thing in seen else seen).add(thing)
    return sorted(again)
