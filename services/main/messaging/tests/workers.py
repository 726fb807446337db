"""The real worker commands as processes, on the test's own database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from config.env import env

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"

LISTENING = "0A"  # TCP_LISTEN in the kernel's table


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

    def listens_on(self) -> set[tuple[str, int]]:
        """Addresses and ports, as the kernel has them (IPv4)."""
        assert self._process is not None
        owned = set(_targets(Path(f"/proc/{self._process.pid}/fd")))
        rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return {_address(row[1]) for row in rows if row[3] == LISTENING and f"socket:[{row[9]}]" in owned}

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


def _targets(links: Path) -> Iterator[str]:
    for link in links.iterdir():
        with suppress(FileNotFoundError):  # closed since
            yield os.readlink(link)


def _address(written: str) -> tuple[str, int]:
    """`0100007F:0016` is 127.0.0.1, 22: the kernel writes addresses in the order of this processor's bytes."""
    address, port = written.split(":")
    return socket.inet_ntoa(int(address, 16).to_bytes(4, sys.byteorder)), int(port, 16)
