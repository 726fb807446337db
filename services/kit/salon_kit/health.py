"""What a worker answers to who watches it: /healthz (alive), /readyz (gets its work done), /metrics (Prometheus)."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest


class HealthServer:
    """Answers from threads of its own, so that it can tell of a loop that hangs. `host` decides who may ask."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        is_alive: Callable[[], bool],
        is_ready: Callable[[], bool],
        registry: CollectorRegistry = REGISTRY,
    ) -> None:
        class Answers(BaseHTTPRequestHandler):
            timeout = 5  # a connection on which nothing is asked costs a thread

            def do_GET(self) -> None:  # the library's name
                if self.path == "/metrics":
                    self._answer(HTTPStatus.OK, generate_latest(registry), CONTENT_TYPE_LATEST)
                elif self.path in ("/healthz", "/readyz"):
                    good = is_alive() and (self.path == "/healthz" or is_ready())
                    status = HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE
                    body = json.dumps({"status": "ok" if good else "failing"})
                    self._answer(status, body.encode(), "application/json")
                else:
                    problem = json.dumps({"type": "about:blank", "status": 404, "code": "not-found"})
                    self._answer(HTTPStatus.NOT_FOUND, problem.encode(), "application/problem+json")

            def _answer(self, status: HTTPStatus, body: bytes, content_type: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
                """Probes are not worth a line."""

        self._server = ThreadingHTTPServer((host, port), Answers)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="health", daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_port)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=2)
