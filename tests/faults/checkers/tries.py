"""What people wanted, how often they had to ask, and how long they waited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.faults.checkers.verdict import Verdict
from tests.faults.history import Outcome

# Main gives up after 1.8 s twice (the broker's report, reading it back), nginx may have tried a second instance.
REFUSED_WITHIN_SECONDS = 6.0
# What a client sees of a connection that went with its server: nobody was there to refuse in a shape.
CUT = "connection-lost"


Window = tuple[float, float]
"""From a moment to a moment: what the row promises a bound for. The last one may end at infinity."""


@dataclass(frozen=True)
class Try:
    """One attempt. All attempts at one thing have one `wish`, and `settles` ends them: had, or never to be had.

    `code` is that of a refusal in our one shape, CUT, or None; `result` names what was acknowledged.
    """

    wish: str
    began: float
    ended: float
    outcome: Outcome
    settles: bool
    code: str | None = None
    retry_after_seconds: float | None = None
    result: str | None = None


def acknowledged(tries: Iterable[Try]) -> dict[str, str]:
    """wish → what its first acknowledgement named."""
    found: dict[str, str] = {}
    for one in sorted(tries, key=lambda one: one.ended):
        if one.outcome is Outcome.OK and one.result is not None:
            found.setdefault(one.wish, one.result)
    return found


def unknown(tries: Iterable[Try]) -> int:
    return sum(one.outcome is Outcome.UNKNOWN for one in tries)


def longest_wait(tries: Iterable[Try], windows: Sequence[Window]) -> float:
    """The longest that anybody waited within one of these for a wish to be settled; infinite if one never was."""
    began: dict[str, float] = {}
    settled: dict[str, float] = {}
    for one in tries:
        began[one.wish] = min(one.began, began.get(one.wish, one.began))
        if one.settles:
            settled[one.wish] = min(one.ended, settled.get(one.wish, one.ended))
    waits = (
        min(settled.get(wish, float("inf")), end) - max(first, start)
        for wish, first in began.items()
        for start, end in windows
    )
    return max(0.0, max(waits, default=0.0))


def unclear_refusals(tries: Iterable[Try]) -> Iterator[str]:
    """Whoever is refused hears so soon, in our one shape, with the time to come again."""
    for one in tries:
        if one.settles or one.code == CUT:
            continue
        if one.ended - one.began > REFUSED_WITHIN_SECONDS:
            yield f"{one.wish} was refused after {one.ended - one.began:.1f} s ({one.code})"
        elif one.code is None or one.retry_after_seconds is None:
            yield f"{one.wish} was refused without {'a shape' if one.code is None else f'Retry-After ({one.code})'}"


def judge_looks(tries: Sequence[Try], *, windows: Sequence[Window]) -> Verdict:
    """Of what changes nothing there is only the wait."""
    return Verdict(
        acked=sum(one.outcome is Outcome.OK for one in tries),
        lost=(),
        duplicated=(),
        out_of_order=(),
        unknown=unknown(tries),
        unavailable_seconds=longest_wait(tries, windows),
        unclear=tuple(unclear_refusals(tries)),
    )
