"""Is the loop alive, may it be counted on, and how far behind is it: /healthz, /readyz, /metrics."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

# Longer than the longest single wait in the loop (a write to MongoDB, a dead letter's report).
STUCK_AFTER_SECONDS = 30.0


class Heartbeat:
    """The loop tells it; the health server's thread reads it."""

    def __init__(
        self, *, stuck_after_seconds: float = STUCK_AFTER_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._stuck_after_seconds = stuck_after_seconds
        self._last_beat = clock()
        self.ready = False
        self.registry = CollectorRegistry()
        self.stored = Counter("chat_messages_stored", "Messages written to history", registry=self.registry)
        self.copies = Counter("chat_message_copies", "Records whose message was there already", registry=self.registry)
        self.dead_letters = Counter(
            "chat_dead_letters", "Records set aside, by the kind of reason", ["reason"], registry=self.registry
        )
        self.unknown = Counter("chat_unknown_events", "Records of a type not known yet", registry=self.registry)
        self.retries = Counter("chat_batch_retries", "Batches that had to be tried again", registry=self.registry)
        self.batch_size = Histogram(
            "chat_batch_size", "Records in a batch", buckets=(1, 5, 20, 100, 300, 1000), registry=self.registry
        )
        self.lag = Gauge("chat_lag_records", "Records not read yet", ["partition"], registry=self.registry)
        age = Gauge("chat_heartbeat_age_seconds", "Since the loop last came round", registry=self.registry)
        age.set_function(self.age_seconds)

    def beat(self) -> None:
        self._last_beat = self._clock()

    def age_seconds(self) -> float:
        return self._clock() - self._last_beat

    @property
    def alive(self) -> bool:
        return self.age_seconds() < self._stuck_after_seconds

    def show_lag(self, lag: dict[int, int]) -> None:
        """Partitions that are not ours any more disappear: somebody else reports them."""
        self.lag.clear()
        for partition, records in lag.items():
            self.lag.labels(partition=str(partition)).set(records)


def serve_health(heartbeat: Heartbeat, *, host: str, port: int) -> ThreadingHTTPServer:
    """Answer until `shutdown()`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, CONTENT_TYPE_LATEST, generate_latest(heartbeat.registry))
            elif self.path == "/healthz":
                self._verdict(good=heartbeat.alive)
            elif self.path == "/readyz":
                self._verdict(good=heartbeat.alive and heartbeat.ready)
            else:
                self._answer(404, "application/problem+json", b'{"status": 404, "code": "not-found"}')

        def _verdict(self, *, good: bool) -> None:
            body = {"status": "ok" if good else "failing", "heartbeat_age_seconds": round(heartbeat.age_seconds(), 3)}
            self._answer(200 if good else 503, "application/json", json.dumps(body).encode())

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Probes every few seconds are no news."""

    server = ThreadingHTTPServer((host, port), Handler)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
