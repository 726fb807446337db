"""A claim about a history, whether it holds, and what shows it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar


@dataclass(frozen=True)
class Statement:
    name: str
    holds: bool
    evidence: str


@dataclass(frozen=True)
class Finding:
    """What one claim came to, before it has its name."""

    holds: bool
    evidence: str


HistoryT = TypeVar("HistoryT")


def judge(history: HistoryT, claims: Iterable[Callable[[HistoryT], Finding]]) -> list[Statement]:
    """Every claim about one history. A claim is named by its function: the name reads as a sentence."""
    findings = [(name_of(claim), claim(history)) for claim in claims]
    return [Statement(name=name, holds=found.holds, evidence=found.evidence) for name, found in findings]


def name_of(claim: Callable[[HistoryT], Finding]) -> str:
    return claim.__name__.replace("_", " ")


def none_of(wrong: Collection[object], *, but: str) -> Finding:
    """Holds if nothing is wrong; `but` says what was looked at. The evidence shows the first few wrong things."""
    if not wrong:
        return Finding(holds=True, evidence=but)
    few = ", ".join(str(thing) for thing in list(wrong)[:3])
    return Finding(holds=False, evidence=f"{len(wrong)} against it ({but}), such as {few}")


def repeated(things: Iterable[HistoryT]) -> list[HistoryT]:
    """Those that come more than once, each named once for every time too many."""
    seen: set[HistoryT] = set()
    again: list[HistoryT] = []
    for thing in things:
        if thing in seen:
            again.append(thing)
        seen.add(thing)
    return again
