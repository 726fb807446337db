"""`make demo`: against the system that runs already, or one that is started for it and stopped afterwards."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

from deploy.local.console import Console
from deploy.local.failure import CannotGoOn
from deploy.local.places import ROOT, SHARED_CODE, VENV_PYTHON
from deploy.local.run.probes import HOST, serves
from deploy.local.run.system import System, is_running, profile_for
from deploy.local.settings.dotenv import Choices
from tests.demo.options import read_options


def demo(profile_name: str, choices: Choices, *, customers: str | None, coupons: str | None) -> int:
    """The demo's exit code: 0 only when each of its statements holds."""
    crowd = ["--customers", customers] if customers else []
    crowd += ["--coupons", coupons] if coupons else []
    read_options(crowd)  # a drop that could prove nothing is refused here, before anything is started
    profile = profile_for(profile_name, choices)
    system = System(profile, choices, whole=True)
    if not is_running(profile):
        with Console() as console, system.running(console):
            return _run(system, crowd)
    if not serves(f"http://{HOST}:{profile.web_port}/healthz")():
        raise CannotGoOn(
            what="demo",
            why=f"profile {profile.name} runs, but without the page",
            do="stop `make services` first (Ctrl-C there)",
        )
    return _run(system, crowd)


def _run(system: System, crowd: Sequence[str]) -> int:
    paths = os.pathsep.join([*map(str, SHARED_CODE), str(ROOT)])
    return subprocess.run(
        [str(VENV_PYTHON), "-m", "tests.demo", "--base-url", system.variables["SALON_URL"], *crowd],
        cwd=ROOT,
        env={**os.environ, **system.variables, "PYTHONPATH": paths},
        check=False,
    ).returncode
