"""Starts programs beside each other, each as soon as what it needs is ready."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial

from deploy.local.console import Console
from deploy.local.failure import Abandoned
from deploy.local.run.program import Program
from deploy.local.run.supervision import Supervision

# Names of programs, and what is done as soon as all of them are ready.
Then = Sequence[tuple[Sequence[str], Callable[[], None]]]


def start_all(
    supervision: Supervision,
    programs: Sequence[Program],
    console: Console,
    then: Then = (),
) -> None:
    """Raises the first failure; whoever waits for something then waits no more."""
    ready: dict[str, Future[None]] = {}

    def after(names: Sequence[str], do: Callable[[], None]) -> None:
        try:
            for name in names:
                ready[name].result()
            do()
        except BaseException:
            supervision.abandon()
            raise

    def start(name: str) -> None:
        with console.step(name):
            supervision.start(name)

    with ThreadPoolExecutor(max_workers=max(1, len(programs) + len(then))) as pool:
        try:
            for program in programs:
                ready[program.name] = pool.submit(after, program.after, partial(start, program.name))
            jobs = [pool.submit(after, names, do) for names, do in then]
            wait([*ready.values(), *jobs])
        except BaseException:
            # Ctrl-C: without this the pool would first wait until all are ready.
            supervision.abandon()
            raise
    errors = [future.exception() for future in (*ready.values(), *jobs)]
    for error in sorted(filter(None, errors), key=lambda error: isinstance(error, Abandoned)):
        raise error
