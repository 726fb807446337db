"""Carries a plan out, with a journal, and turns back when the new release is bad.

The world is behind a protocol: on one machine it is supervisord and nginx (`local_system.py`). Whoever is killed
between any two lines here can be continued or taken back, because every step first looks at what is so already.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Protocol

from deploy.local.rolling.journal import Direction, Journal
from deploy.local.rolling.plan import Act, Step, Wave

TRIES_BACK = 3


@dataclass(frozen=True)
class Beside:
    """How many of a wave do a thing side by side. To leave is to wait; to start takes a processor for seconds.

    Whoever starts takes it from those that serve meanwhile: half of the processors are left to them.
    """

    others: int = 8
    starting: int = max(1, (os.cpu_count() or 1) // 2)

    def of(self, act: Act) -> int:
        return self.starting if act is Act.START else self.others


ONE_BY_ONE = Beside(others=1, starting=1)


class BadRelease(Exception):
    """The new release is not to be had: it does not start, fails, is slow, or its migration is wrong."""


class World(Protocol):
    """What a deploy does to the system. Each may be called again, and returns when it is so."""

    def migrate(self, release: str) -> None:
        """Raises BadRelease."""

    def try_out(self, release: str) -> None:
        """Where nobody meets it. Raises BadRelease."""

    def runs(self, name: str) -> str | None:
        """The release that this instance runs; None when it does not run."""

    def is_held(self, name: str) -> bool: ...

    def hold(self, name: str) -> None:
        """Nobody starts it or misses it from now on."""

    def stop(self, name: str) -> None:
        """People are led elsewhere, and requests are finished, before it ends."""

    def assign(self, name: str, release: str) -> None: ...

    def start(self, name: str) -> None:
        """Returns when it is ready. Raises BadRelease."""

    def bake(self, wave: Wave, release: str) -> None:
        """Watch them at work. Raises BadRelease."""

    def let_go(self, name: str) -> None: ...

    def show_page(self, release: str) -> None: ...

    def set_current(self, release: str) -> None: ...


class Outcome(Enum):
    DONE = "done"
    TAKEN_BACK = "taken back"


# Around each step, for whoever watches.
Watch = Callable[[Step, Callable[[], None]], None]


def carry_out(journal: Journal, world: World, *, watch: Watch, beside: Beside | None = None) -> Outcome:
    """From where the journal is to the end of the way. Raises whatever the world raises on the way back."""
    beside = beside or Beside()
    if journal.state.direction is Direction.FORWARD:
        try:
            _walk(journal, journal.state.steps(), world, watch, beside)
        except BadRelease as bad:
            journal.turn(str(bad))
    if journal.state.direction is Direction.BACK:
        _walk(journal, journal.state.steps(), world, watch, beside)
        journal.end()
        return Outcome.TAKEN_BACK
    journal.end()
    return Outcome.DONE


def _walk(journal: Journal, steps: Sequence[Step], world: World, watch: Watch, beside: Beside) -> None:
    for number, step in enumerate(steps):
        if number < journal.state.done:
            continue
        back = journal.state.direction is Direction.BACK
        if not (back and _is_so_already(step, world)):
            watch(step, partial(_do, step, world, beside, back=back))
        journal.finished(number)


def _is_so_already(step: Step, world: World) -> bool:
    """Of a wave that the way forward did not come to, or that is back: it runs the release, and nobody holds it."""
    return bool(step.wave) and all(world.runs(name) == step.release and not world.is_held(name) for name in step.wave)


def _do(step: Step, world: World, beside: Beside, *, back: bool) -> None:
    match step.act:
        case Act.MIGRATE:
            world.migrate(step.release)
        case Act.TRY_OUT:
            world.try_out(step.release)
        case Act.BAKE:
            world.bake(step.wave, step.release)
        case Act.SHOW_PAGE:
            world.show_page(step.release)
        case Act.SET_CURRENT:
            world.set_current(step.release)
        case _:
            _do_for_each(step, world, beside, back=back)


def _do_for_each(step: Step, world: World, beside: Beside, *, back: bool) -> None:
    """Those of a wave beside each other; the first failure is raised when all have come to an end."""
    actions: dict[Act, Callable[[str], None]] = {
        Act.LEAVE: lambda name: _leave(name, step.release, world),
        Act.ASSIGN: lambda name: world.assign(name, step.release),
        # Also when it runs: whether it is ready, nobody has seen who was killed meanwhile.
        Act.START: (lambda name: _start_again(name, world)) if back else world.start,
        Act.LET_GO: world.let_go,
    }
    if beside.of(step.act) == 1:
        for name in step.wave:
            actions[step.act](name)
        return
    with ThreadPoolExecutor(beside.of(step.act)) as pool:
        done = [pool.submit(actions[step.act], name) for name in step.wave]
    for one in done:
        one.result()


def _leave(name: str, release: str, world: World) -> None:
    # Whoever is held may have been told to go already, by one who was killed: it will end, whatever it runs.
    if world.runs(name) != release or world.is_held(name):
        world.hold(name)
        world.stop(name)


def _start_again(name: str, world: World) -> None:
    """On the way back: that release did start, so a failure is the machine's, and there is nothing else to go to."""
    for _ in range(TRIES_BACK - 1):
        try:
            world.start(name)
            return
        except BadRelease:
            continue
    world.start(name)
