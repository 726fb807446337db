"""A `manage.py serve` of its own for a test, behind a connection to MySQL that the test holds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.core.management import call_command

from api.tests.harness.tcp_proxy import TcpProxy
from config.env import env
from messaging.tests.kafka import until
from salon_kit.testing.ports import claim_port
from serving.mysql.address import parsed

MAIN = Path(__file__).resolve().parents[2]
MYSQL = parsed(env.database_url)


class Served:
    """One `manage.py serve`, with a client to talk to it."""

    def __init__(self, *, mysql_port: int, log: Path, **variables: str) -> None:
        port = claim_port()
        self.log = log
        database = f"mysql://{MYSQL.user}@127.0.0.1:{mysql_port}/{settings.DATABASES['default']['NAME']}"
        # Photos in a folder of the test's own, whatever the environment has.
        without_s3 = {"MAIN_PHOTO_STORE_URL": "", "MAIN_PHOTO_FOLDER": str(log.parent / "photos")}
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                # Else who kills the tests leaves it behind.
                ["setpriv", "--pdeathsig", "KILL", sys.executable, "manage.py", "serve", "--port", str(port)],
                cwd=MAIN,
                env={**os.environ, "MAIN_DATABASE_URL": database, "MAIN_LOG_FORMAT": "json", **without_s3, **variables},
                stdout=out,
                stderr=out,
            )
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=15)
        until(self._answers, seconds=45, what=f"for serve: {log}")

    def _answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.client.get("/healthz").status_code == 200
        except httpx.TransportError:
            return False

    def end(self) -> int:
        """At once, as with Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=20)


@pytest.fixture
def mysql() -> Iterator[TcpProxy]:
    proxy = TcpProxy(host=MYSQL.members[0].host, port=MYSQL.members[0].port)
    yield proxy
    proxy.cut()


@pytest.fixture
def serve(mysql: TcpProxy, tmp_path: Path) -> Iterator[Callable[..., Served]]:
    call_command("seed", stdout=StringIO())
    started: list[Served] = []

    def start(**variables: str) -> Served:
        started.append(Served(mysql_port=mysql.port, log=tmp_path / "serve.log", **variables))
        return started[-1]

    yield start
    for served in started:
        served.client.close()
        if served.process.poll() is None:
            served.process.kill()
            served.process.wait()
