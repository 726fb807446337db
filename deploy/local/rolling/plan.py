"""The steps of a deploy and of its way back, as data. Nothing here does anything.

A *wave* is what is replaced together, and of one zone, or in the small topology of one half.
Each step may be done again: one that was done, or half done, comes to the same end (`carrying_out.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from deploy.processes import Process, Scaling

Wave = tuple[str, ...]


class Act(Enum):
    """In the words of the journal, which outlives this process."""

    MIGRATE = "migrate"
    TRY_OUT = "try out"
    LEAVE = "leave"
    ASSIGN = "assign"
    START = "start"
    BAKE = "bake"
    LET_GO = "let go"
    SHOW_PAGE = "show page"
    SET_CURRENT = "set current"


@dataclass(frozen=True)
class Step:
    act: Act
    release: str
    wave: Wave = ()

    def __str__(self) -> str:
        return " ".join([self.act.value, self.release, *self.wave])


def waves_of(processes: Sequence[Process]) -> list[Wave]:
    """Whoever reads events before whoever records them, and never two sides at a time. What leads back is the reverse.

    A reader of the old release passes over an event of a kind that came later, for good: so none that records them is
    of the new release while a reader of the old one is left. A wave leaves before any of it starts, so the last side
    goes as a whole.
    """
    *first, last = _sides(processes)
    readers = [[process for process in side if not _records(process)] for side in first]
    recorders = [[process for process in side if _records(process)] for side in first]
    waves = [*readers, last, *recorders]
    return [tuple(process.name for process in wave) for wave in waves if wave]


def _sides(processes: Sequence[Process]) -> list[list[Process]]:
    """The zones. In one zone: every second instance, with what there is only one of, and the others."""
    places = sorted({process.place for process in processes})
    if len(places) > 1:
        return [[process for process in processes if process.place == place] for place in places]
    halves: tuple[list[Process], list[Process]] = ([], [])
    seen: dict[str, int] = {}
    for process in processes:
        number = seen[process.service] = seen.get(process.service, -1) + 1
        several = process.scaling is Scaling.BY_INSTANCE
        halves[number % 2 if several else 0].append(process)
    return [half for half in halves if half]


def _records(process: Process) -> bool:
    """What people ask for becomes events in a main that serves, and what is due in run_due; the others read them, and
    answer some by events."""
    return not {"serve", "run_due"}.isdisjoint(process.command)


def way_forward(release: str, waves: Sequence[Wave]) -> list[Step]:
    """The page comes last: it needs what the new release answers, and the old page is content with either."""
    return [
        Step(Act.MIGRATE, release),
        Step(Act.TRY_OUT, release),
        *(
            Step(act, release, wave)
            for wave in waves
            for act in (Act.LEAVE, Act.ASSIGN, Act.START, Act.BAKE, Act.LET_GO)
        ),
        Step(Act.SHOW_PAGE, release),
        Step(Act.SET_CURRENT, release),
    ]


def way_back(release: str, waves: Sequence[Wave]) -> list[Step]:
    """From wherever the way forward ended. What runs the old release already is left alone; migrations stay."""
    return [
        Step(Act.SHOW_PAGE, release),
        *(
            Step(act, release, wave)
            for wave in reversed(waves)
            for act in (Act.LEAVE, Act.ASSIGN, Act.START, Act.LET_GO)
        ),
        Step(Act.SET_CURRENT, release),
    ]
