"""Main's own commands, run from outside as an operator runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MAIN = Path(__file__).resolve().parents[3] / "services" / "main"


class CommandFailed(Exception):
    """A command of main ended with another code than 0. Says what it wrote."""


def run(environment: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """`manage.py WORDS`, whatever comes of it. `environment` is all that it gets."""
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=MAIN, env=dict(environment), capture_output=True, text=True)


def output_of(environment: Mapping[str, str], *words: str) -> str:
    """What `manage.py WORDS` printed. Raises CommandFailed."""
    ended = run(environment, *words)
    if ended.returncode:
        raise CommandFailed(f"manage.py {words[0]} failed:\n{ended.stderr[-2000:]}")
    return ended.stdout


def mint_tokens(environment: Mapping[str, str], *, customers: int, minutes: int, simulated: bool = False) -> list[Any]:
    """One `{id, access_token}` a customer; the customers stand in MySQL, but for simulated ones."""
    words = ["--customers", str(customers), "--minutes", str(minutes), *(["--simulated"] if simulated else [])]
    printed = output_of(environment, "mint_tokens", *words)
    return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
