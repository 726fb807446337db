"""The real worker commands as processes, on the test's own database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from config.env import env

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"


class Worker:
    """One process of `manage.py COMMAND`, started, killed and started again as the test likes."""

    def __init__(self, command: str, *arguments: str, log: Path) -> None:
        self._command = [sys.executable, str(MANAGE), command, "--metrics-port", "0", *arguments]
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def start(self) -> None:
        url, _, _ = env.database_url.rpartition("/")
        environment = {
            **os.environ,
            "MAIN_DATABASE_URL": f"{url}/{settings.DATABASES['default']['NAME']}",
            "MAIN_LOG_FORMAT": "json",
        }
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, env=environment, stdout=log, stderr=log)

    def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        assert self._process.poll() is None, self.log
        self._process.kill()
        self._process.wait(timeout=10)

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(timeout=20)

    def end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(timeout=10)


@contextmanager
def worker(command: str, *arguments: str, log: Path) -> Iterator[Worker]:
    """Started already; gone at the end, whatever the test did."""
    process = Worker(command, *arguments, log=log)
    process.start()
    try:
        yield process
    finally:
        process.end()
