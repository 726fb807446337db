"""A queue or a main as one side has it: started, and asked by Prometheus' rhythm where metrics are on."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

from deploy.local.places import SERVICES, VENV_PYTHON
from deploy.local.run.probes import HOST, serves
from tests.bench.backing import variables
from tests.bench.measured_process import MeasuredProcess
from tests.bench.options import SERVER_CORE
from tests.bench.places import LOGS, PROFILE, QUEUE_PORT
from tests.bench.queue_processes import queue

LAUNCHER = str(Path(__file__).with_name("launcher.py"))
MAIN_PORT = PROFILE.port("main-1")
# As deploy/monitoring/scraping has it.
SCRAPED_EVERY_SECONDS = 5.0
ACCEPT = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"


@dataclass(frozen=True)
class Side:
    """`spans` are the variables about traces, with which a process is told where they go."""

    name: str
    spans: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_on(self) -> bool:
        return self.name == "on"

    def python(self, *words: str) -> Sequence[str]:
        return [str(VENV_PYTHON), LAUNCHER, self.name, *words]

    @contextmanager
    def queue(self) -> Iterator[MeasuredProcess]:
        command = self.python("-m", "coupon_queue")
        with queue(core=SERVER_CORE, spans=self.spans, command=command) as server, self._scraped(QUEUE_PORT):
            yield server

    @contextmanager
    def main(self) -> Iterator[MeasuredProcess]:
        """One, without the workers beside it: what they do is not a request's work."""
        started = MeasuredProcess(
            name="main",
            command=self.python("manage.py", "serve", "--host", HOST, "--port", str(MAIN_PORT)),
            ready=serves(f"http://{HOST}:{MAIN_PORT}/readyz"),
            log=LOGS / "main-1.log",
            core=SERVER_CORE,
            cwd=SERVICES / "main",
            environment={**variables(), **self.spans, "PYTHONOPTIMIZE": ""},
        )
        with started as server, self._scraped(MAIN_PORT):
            yield server

    @contextmanager
    def _scraped(self, port: int) -> Iterator[None]:
        over, scraping = threading.Event(), ThreadPoolExecutor(1)
        done = scraping.submit(_scrape, port, over) if self.is_on else None
        try:
            yield
        finally:
            over.set()
            scraping.shutdown()
        if done is not None:
            done.result()


def _scrape(port: int, over: threading.Event) -> None:
    """Until it is over. Raises when it is not answered as Prometheus must be."""
    while not over.wait(SCRAPED_EVERY_SECONDS):
        with closing(HTTPConnection(HOST, port, timeout=SCRAPED_EVERY_SECONDS)) as connection:
            connection.request("GET", "/metrics", headers={"Accept": ACCEPT})
            answer = connection.getresponse()
            if answer.status != HTTPStatus.OK or not answer.read():
                raise RuntimeError(f"port {port} answered {answer.status} at /metrics")


def both(endpoint: str) -> tuple[Side, Side]:
    """On as it is shipped: the share of traces is what a process takes when nobody says another."""
    return Side("on", {"SALON_TRACES_ENDPOINT": endpoint}), Side("off")
