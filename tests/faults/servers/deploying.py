"""A system as `make run` has it, in this process, and `make deploy` as another one beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from deploy.local.console import Console
from deploy.local.places import ROOT, VENV_PYTHON
from deploy.local.run.system import System, watch
from deploy.local.settings.dotenv import read_choices
from deploy.local.settings.profiles import Profile
from tests.faults.servers.changed_releases import CLONE
from tests.faults.whole_system import WholeSystem


@dataclass(frozen=True)
class Deployed:
    """How a command of the deployer ended."""

    exit_code: int
    text: str
    seconds: float


@contextmanager
def running_system(profile: Profile) -> Iterator[WholeSystem]:
    """Empty at the start. What dies without being held ends it, as it ends `make run`."""
    shutil.rmtree(profile.state, ignore_errors=True)
    choices = replace(read_choices(), salon_port=profile.web_port, lite=False, topology=profile.topology.name)
    system = System(profile, choices, whole=True)
    variables = system.variables | {f"{name}_LOG_FORMAT": "json" for name in ("MAIN", "QUEUE", "CHAT_WORKER")}
    system.variables.update(variables)
    with Console() as console, system.running(console) as supervision:
        watching = threading.Thread(target=_watch, args=(supervision, profile), daemon=True)
        watching.start()
        yield WholeSystem(profile, victims={}, variables=variables)


def _watch(supervision: object, profile: Profile) -> None:
    try:
        watch(supervision, restarts=profile.restarts)  # type: ignore[arg-type]  # as the runner does
    except Exception as dead:
        print(f"the run has ended: {dead}", flush=True)


def deployer(profile: Profile, command: str, *words: str) -> Deployed:
    """`make deploy`, and its kind."""
    began = time.monotonic()
    ran = subprocess.run(_words(profile, command, *words), cwd=ROOT, capture_output=True, text=True, env=_environment())
    return Deployed(ran.returncode, ran.stdout + ran.stderr, time.monotonic() - began)


def backup_command(profile: Profile, command: str, *words: str) -> Deployed:
    """`make backup`, and its kind."""
    began = time.monotonic()
    module = [str(VENV_PYTHON), "-m", "deploy.local.backup", command, "--profile", profile.name]
    ran = subprocess.run([*module, *words], cwd=ROOT, capture_output=True, text=True, env=_environment())
    return Deployed(ran.returncode, ran.stdout + ran.stderr, time.monotonic() - began)


def start_deployer(profile: Profile, command: str, *words: str) -> subprocess.Popen[bytes]:
    """One that may be killed."""
    return subprocess.Popen(_words(profile, command, *words), cwd=ROOT, env=_environment())


def _words(profile: Profile, command: str, *words: str) -> Sequence[str]:
    own = ["--repository", str(CLONE)] if command == "deploy" else []
    module = [str(VENV_PYTHON), "-m", "deploy.local.commands", command, "--profile", profile.name]
    return [*module, *own, *words]


def _environment() -> dict[str, str]:
    # A test machine may be as busy as it likes.
    return {**os.environ, "WHO": "the faults", "SALON_START_SECONDS": "180"}
