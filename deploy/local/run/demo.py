"""`make demo`: against the system that runs already, or one that is started for it and stopped afterwards."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

from deploy.local.console import Console
from deploy.local.failure import CannotGoOn
from deploy.local.places import ROOT, VENV_PYTHON
from deploy.local.run.probes import HOST, serves
from deploy.local.run.system import System, is_running, profile_for
from deploy.local.settings.dotenv import Choices
from deploy.local.settings.given import for_children


def demo(profile_name: str, choices: Choices, *, customers: str | None, coupons: str | None) -> int:
    """The demo's exit code: 0 only when each of its statements holds."""
    numbers = ["--customers", customers] if customers else []
    numbers += ["--coupons", coupons] if coupons else []
    refused = _play([*numbers, "--ask"], {})  # a drop that could prove nothing, before anything is started
    if refused:
        return refused
    profile = profile_for(profile_name, choices)
    system = System(profile, choices, whole=True)
    if not is_running(profile):
        with Console() as console, system.running(console):
            return _run(system, numbers)
    if not serves(f"http://{HOST}:{profile.web_port}/healthz")():
        raise CannotGoOn(
            what="demo",
            why=f"profile {profile.name} runs, but without the page",
            do="stop `make services` first (Ctrl-C there)",
        )
    return _run(system, numbers)


def _run(system: System, numbers: Sequence[str]) -> int:
    return _play(["--base-url", system.variables["SALON_URL"], *numbers], system.variables)


def _play(words: Sequence[str], variables: Mapping[str, str]) -> int:
    """In a process of its own: what runs the system knows nothing of what is tried on it."""
    environment = for_children(variables)
    return subprocess.run(
        [str(VENV_PYTHON), "-m", "tests.demo", *words], cwd=ROOT, env=environment, check=False
    ).returncode
