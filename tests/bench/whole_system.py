"""The whole system for a drop: `deploy.local` with a profile of the bench's own, empty at the start."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.local.console import Console
from deploy.local.places import SERVICES, VENV_PYTHON
from deploy.local.run import processes
from deploy.local.run.system import System
from tests.bench.backing import NOTHING_GIVEN
from tests.bench.measured_process import use_every_core
from tests.bench.places import BENCH, PROFILE
from tests.bench.queue_processes import GRACE_SECONDS

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


def queue_ports() -> list[int]:
    return [PROFILE.port(name) for name in processes.queues(PROFILE)]


def mint_customers(variables: Mapping[str, str], count: int) -> Path:
    """Accounts that exist in MySQL, and a file with one token of each a line."""
    return _mint(variables, count, "drop.txt")


def mint_simulated(variables: Mapping[str, str], count: int) -> Path:
    """A file with one token a line, of customers who have no account."""
    return _mint(variables, count, "rehearsal.txt", "--simulated")


def _mint(variables: Mapping[str, str], count: int, name: str, *words: str) -> Path:
    minutes = str(TOKEN_MINUTES)
    printed = _manage(variables, "mint_tokens", "--customers", str(count), "--minutes", minutes, *words)
    path = BENCH / "tokens" / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text("".join(f"{json.loads(line)['access_token']}\n" for line in printed.splitlines()))
    return path


def _manage(variables: Mapping[str, str], *words: str) -> str:
    ran = subprocess.run(
        [str(VENV_PYTHON), "manage.py", *words],
        cwd=SERVICES / "main",
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )
    if ran.returncode:
        raise RuntimeError(f"manage.py {words[0]} failed:\n{ran.stderr[-2000:]}")
    return ran.stdout
