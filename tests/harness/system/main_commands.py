"""Main's own commands, run from outside as an operator runs them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# What main says between a primary's death and another's promotion, and how long that takes at most.
NO_PRIMARY = "no member of the group is primary"
FAILOVER_SECONDS = 30.0
MAIN = Path(__file__).resolve().parents[3] / "services" / "main"


class CommandFailed(Exception):
    """A command of main ended with another code than 0. Says what it wrote."""


def run(environment: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """`manage.py WORDS`, whatever comes of it. `environment` is all that it gets.

    A zone may be lost at this very moment: as an operator would, it asks again while there is no primary.
    """
    command = [sys.executable, "manage.py", *words]
    until = time.monotonic() + FAILOVER_SECONDS
    while True:
        ended = subprocess.run(command, cwd=MAIN, env=dict(environment), capture_output=True, text=True, check=False)
        if ended.returncode == 0 or NO_PRIMARY not in ended.stderr or time.monotonic() > until:
            return ended
        time.sleep(1)


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
