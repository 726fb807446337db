"""What does not arrive is counted by the collector under the names that the alerts ask for."""

from __future__ import annotations

import json
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.monitoring.pipeline.install import COLLECTOR
from deploy.monitoring import names
from deploy.monitoring.collecting import configuration
from salon_kit.testing.ports import claim_port
from tests.pipeline.conftest import soon

WITHIN_SECONDS = 20.0
Spoil = Callable[[dict[str, Any]], object]


@contextmanager
def _receiver(*, refuses: bool) -> Iterator[str]:
    """Refuses for good, or takes and never answers."""
    released = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if not refuses:
                released.wait()
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(400)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        released.set()
        server.shutdown()
        server.server_close()


class Collector:
    def __init__(self, folder: Path, receiver: str, spoil: Spoil) -> None:
        spans, health, self._metrics = (f"127.0.0.1:{claim_port()}" for _ in range(3))
        self._spans, self._health, self._log = spans, health, folder / "main-1.log"
        places = configuration.Places(spans, health, self._metrics, receiver, receiver, str(folder / "offsets"))
        document = configuration.collector(places, [str(self._log)])
        spoil(document)
        self._config = folder / "collector.yml"
        self._config.write_text(json.dumps(document), encoding="utf-8")

    @contextmanager
    def running(self) -> Iterator[None]:
        process = subprocess.Popen([str(COLLECTOR.program), "--config", str(self._config)], stderr=subprocess.DEVNULL)
        try:
            assert soon(self._answers, seconds=WITHIN_SECONDS)
            yield
        finally:
            process.kill()
            process.wait()

    def write_a_line(self) -> None:
        with self._log.open("a", encoding="utf-8") as file:
            file.write(f'{{"event": "tried", "service": "main", "number": "{uuid4()}"}}\n')

    def send_a_span(self) -> None:
        """The collector takes it or, with its queue full, does not."""
        now = time.time_ns()
        span = {"traceId": uuid4().hex, "spanId": uuid4().hex[:16], "name": "GET /", "kind": 2}
        span |= {"startTimeUnixNano": str(now), "endTimeUnixNano": str(now)}
        body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode()
        with closing(HTTPConnection(self._spans, timeout=5)) as connection:
            connection.request("POST", "/v1/traces", body, {"Content-Type": "application/json"})
            connection.getresponse().read()

    def counted(self) -> Mapping[str, float]:
        with urllib.request.urlopen(f"http://{self._metrics}/metrics", timeout=5) as answer:
            families = text_string_to_metric_families(answer.read().decode())
            return {sample.name.removesuffix("_total"): sample.value for one in families for sample in one.samples}

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://{self._health}", timeout=1).close()
        except OSError:
            return False
        return True


def _one_at_a_time(document: dict[str, Any]) -> None:
    document["processors"]["batch"] = {"timeout": "10ms", "send_batch_size": 1, "send_batch_max_size": 1}
    for exporter in document["exporters"].values():
        exporter["sending_queue"] = {"queue_size": 1, "num_consumers": 1, "block_on_overflow": False}


@pytest.mark.parametrize(
    ("how", "refuses", "spoil"), [("send", True, lambda _: None), ("enqueue", False, _one_at_a_time)]
)
def test_spans_and_lines_that_are_given_up_or_find_no_place_are_counted(
    tmp_path: Path, how: str, refuses: bool, spoil: Spoil
) -> None:
    asked = {f"otelcol_exporter_{how}_failed_{what}" for what in ("spans", "log_records")}
    assert asked < names.FOREIGN

    with _receiver(refuses=refuses) as receiver:
        collector = Collector(tmp_path, receiver, spoil)
        with collector.running():

            def lost() -> bool:
                collector.write_a_line()
                collector.send_a_span()
                counted = collector.counted()
                return all(counted.get(name, 0) > 0 for name in asked)

            assert soon(lost, seconds=WITHIN_SECONDS), collector.counted()
