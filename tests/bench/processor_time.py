"""Who has the processors: cores of each process of the system during a window."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.bench.measured_process import children, processor_seconds


@dataclass
class Cores:
    """By name, the mean number of cores within a window."""

    used: dict[str, float] = field(default_factory=dict)

    def named(self) -> dict[str, float]:
        """The larger ones, rounded."""
        largest = sorted(self.used.items(), key=lambda item: -item[1])
        return {name: round(cores, 2) for name, cores in largest if cores >= 0.005}


@contextmanager
def cores_of(processes: Mapping[str, int], *, alone: Mapping[str, int]) -> Iterator[Cores]:
    """Both are ids by name; the children of `processes` count with them."""
    found = Cores()
    families = {
        **{name: list(_family(pid)) for name, pid in processes.items()},
        **{name: [pid] for name, pid in alone.items()},
    }
    began, before = time.monotonic(), _seconds(families)
    yield found
    seconds = time.monotonic() - began
    found.used.update({name: (after - before[name]) / seconds for name, after in _seconds(families).items()})


def _seconds(families: Mapping[str, Iterable[int]]) -> dict[str, float]:
    return {name: sum(map(_seconds_of, pids)) for name, pids in families.items()}


def _seconds_of(pid: int) -> float:
    try:
        return processor_seconds(pid)
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # a helper of a server, which has ended


def _family(pid: int) -> Iterator[int]:
    yield pid
    with suppress(FileNotFoundError, ProcessLookupError):
        for child in children(pid):
            yield from _family(child)
