"""The smallest server that speaks MongoDB's protocol: nx-27017, on SQLite, from PyPI."""

from __future__ import annotations

import sys
import venv
from collections.abc import Sequence
from pathlib import Path

from deploy.local.install.steps import Step, logged
from deploy.local.places import NX_VENV
from deploy.local.run.probes import accepts
from deploy.local.run.program import Program
from deploy.local.settings.profiles import Profile

KEY = "nx-27017"
TITLE = "nx-27017 (SQLite)"
DEBIAN: Sequence[tuple[str, str]] = ()

LOCK = Path(__file__).with_name("nx_27017.lock")
SERVER = NX_VENV / "bin" / "nx-27017"


def refusal() -> str | None:
    return None


def steps() -> Sequence[Step]:
    return [
        Step(
            name=KEY,
            title="nx-27017 from PyPI",
            run=_install,
            inputs=[LOCK, sys.version],
            # Debian's Python makes an environment only with a package that the first step brings.
            needs=["debian"],
            there=SERVER.exists,
        )
    ]


def _install(log: Path) -> None:
    venv.create(NX_VENV, clear=True, with_pip=True)
    logged(log, [NX_VENV / "bin" / "python", "-m", "pip", "install", "--require-hashes", "-r", LOCK])


def programs(profile: Profile, password: str) -> Sequence[Program]:
    data, port = profile.data(KEY), profile.port("mongodb")

    def prepare() -> None:
        data.mkdir(parents=True, exist_ok=True)

    return [
        Program(
            name="mongodb",
            command=[
                *(str(SERVER), "--host", "127.0.0.1", "--port", str(port), "--data-dir", str(data / "databases")),
                *("--log-file", str(data / "server.log"), "--pid-file", str(data / "server.pid")),
            ],
            ports=[port],
            ready=accepts(port),
            prepare=prepare,
        )
    ]
