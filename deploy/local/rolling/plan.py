"""The steps of a deploy and of its way back, as data. Nothing here does anything.

A *wave* is what is replaced together: one zone, or in the small topology one instance of each service with several.
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
    """Zone by zone. In one zone: every second instance, the others, and at last what there is only one of."""
    places = sorted({process.place for process in processes})
    if len(places) > 1:
        return [tuple(process.name for process in processes if process.place == place) for place in places]
    halves: tuple[list[str], list[str]] = ([], [])
    alone: list[str] = []
    seen: dict[str, int] = {}
    for process in processes:
        number = seen[process.service] = seen.get(process.service, 0) + 1
        several = process.scaling is Scaling.BY_INSTANCE
        (halves[number % 2 == 0] if several else alone).append(process.name)
    return [tuple(wave) for wave in (*halves, alone) if wave]


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
