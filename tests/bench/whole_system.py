"""The whole system for a drop: `deploy.local` with a profile of the bench's own, empty at the start."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.local.console import Console
from deploy.local.run import processes
from deploy.local.run.system import System
from tests.bench.backing import NOTHING_GIVEN
from tests.bench.measured_process import use_every_core
from tests.bench.places import BENCH, PROFILE
from tests.bench.queue_processes import GRACE_SECONDS
from tests.harness.system import main_commands

TOKEN_MINUTES = 24 * 60


@contextmanager
def whole_system() -> Iterator[System]:
    """Two mains, two queues, every worker and server, on all cores: what `make run` starts."""
    use_every_core()
    shutil.rmtree(PROFILE.state / "data", ignore_errors=True)
    system = System(PROFILE, NOTHING_GIVEN, whole=True)
    system.variables["QUEUE_GRACE_SECONDS"] = str(GRACE_SECONDS)
    with Console() as console, system.running(console):
        yield system


@contextmanager
def stores() -> Iterator[System]:
    """Only what is not ours, on whichever cores this process has, empty but for the seed data."""
    shutil.rmtree(PROFILE.state / "data", ignore_errors=True)
    system = System(PROFILE, NOTHING_GIVEN, whole=False)
    with Console() as console, system.running(console):
        for words in (("migrate", "--no-input"), ("seed",)):
            main_commands.output_of({**os.environ, **system.variables}, *words)
        yield system


def queue_ports() -> list[int]:
    return [PROFILE.port(name) for name in processes.queues(PROFILE)]


def mint_customers(variables: Mapping[str, str], count: int) -> Path:
    """Accounts that exist in MySQL, and a file with one token of each a line."""
    return _mint(variables, count, "drop.txt")


def mint_simulated(variables: Mapping[str, str], count: int) -> Path:
    """A file with one token a line, of customers who have no account."""
    return _mint(variables, count, "rehearsal.txt", simulated=True)


def _mint(variables: Mapping[str, str], count: int, name: str, *, simulated: bool = False) -> Path:
    environment = {**os.environ, **variables}
    minted = main_commands.mint_tokens(environment, customers=count, minutes=TOKEN_MINUTES, simulated=simulated)
    path = BENCH / "tokens" / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text("".join(f"{one['access_token']}\n" for one in minted))
    return path
