"""A program that is started and watched, and the job that runs once and must succeed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.places import ROOT

Ready = Callable[[], bool]


def nothing() -> None:
    """The default of a hook."""


@dataclass(frozen=True)
class Program:
    name: str
    command: Sequence[str]
    ports: Sequence[int]
    ready: Ready
    # Before the start: make the data directory. After readiness: make accounts, extensions.
    prepare: Callable[[], None] = nothing
    once_ready: Callable[[], None] = nothing
    # The programs that must be ready first.
    after: Sequence[str] = ()
    cwd: Path = ROOT
    environment: Mapping[str, str] = field(default_factory=dict)
    # Nobody needs it: told to stop at the same time as all others of this kind, before those that are needed.
    stops_first: bool = False
    stop_signal: str = "TERM"
    stop_seconds: int = 20
    ready_seconds: int = 180
    # Of ours: started from the release that it is assigned to (releases/start_assigned.py).
    of_a_release: bool = False
    # Where what dies is started again: so long after its death.
    pause_seconds: float = 3
