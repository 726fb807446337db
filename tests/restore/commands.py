"""The commands of an operator, as they are typed: `make backup` and the others run these."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.backup.manifest import TableContent
from deploy.local.places import ROOT, VENV_PYTHON
from deploy.local.settings.profiles import Profile


class Failed(Exception):
    """Says what the command wrote."""


def run(profile: Profile, *words: str) -> str:
    """What it printed. Raises Failed."""
    ended = subprocess.run(_command(profile, *words), cwd=ROOT, env=_environment(), capture_output=True, text=True)
    if ended.returncode:
        raise Failed(f"{words}: {ended.stdout[-1000:]}{ended.stderr[-2000:]}")
    return ended.stdout


@contextmanager
def following(profile: Profile) -> Iterator[None]:
    """`make backup-log`, in a terminal beside."""
    program = subprocess.Popen(_command(profile, "log"), cwd=ROOT, env=_environment(), stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        program.send_signal(signal.SIGINT)
        program.wait(30)


@dataclass(frozen=True)
class RestoreNote:
    """What `make restore` wrote down of itself."""

    tables: Mapping[str, TableContent]
    transactions_from_logs: int
    mysql_seconds: float
    documents_seconds: float

    @classmethod
    def read(cls, folder: Path) -> RestoreNote:
        note = json.loads((folder / "restored.json").read_text(encoding="utf-8"))
        tables = {name: TableContent(rows=rows, digest=digest) for name, (rows, digest) in note["tables"].items()}
        return cls(tables, note["transactions_from_logs"], note["mysql_seconds"], note["documents_seconds"])


def _command(profile: Profile, *words: str) -> list[str]:
    return [str(VENV_PYTHON), "-m", "deploy.local.backup", *words, "--profile", profile.name]


def _environment() -> dict[str, str]:
    """As somebody has it who gave no servers of their own."""
    given = {"MYSQL_URL", "MONGODB_URL", "TOPOLOGY", "PROFILE", "LITE"}
    return {key: value for key, value in os.environ.items() if key not in given}
