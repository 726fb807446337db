"""The stand-in as a process, as whoever uses it has it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from deploy.local.places import ROOT
from deploy.local.stand_ins.toss.app import TEST_SECRET_KEY


@contextmanager
def running(database: Path) -> Iterator[httpx.Client]:
    """Killed at the end, without a word."""
    words = [sys.executable, "-m", "deploy.local.stand_ins.toss", "--database", str(database)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        with httpx.Client(base_url=address, auth=(TEST_SECRET_KEY, ""), timeout=10) as client:
            yield client
        process.send_signal(signal.SIGKILL)
