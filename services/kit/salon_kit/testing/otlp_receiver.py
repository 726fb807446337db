"""Takes spans as a collector does, by OTLP over HTTP, and keeps them for who asks. It can also hang, or refuse."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Received:
    """One span. Ids in hexadecimal digits, `parent` is "" where it has none; times since 1970."""

    service: str
    name: str
    trace_id: str
    span_id: str
    parent: str
    began_ns: int
    ended_ns: int
    is_fault: bool
    facts: dict[str, str | int | float | bool]
    links: tuple[tuple[str, str], ...]


@dataclass
class OtlpReceiver:
    endpoint: str
    released: threading.Event
    """Until it is set, whoever asks waits."""
    requests: int = 0
    _spans: list[Received] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def spans(self, trace_id: str | None = None) -> list[Received]:
        """Of one trace or of all, in the order in which they began."""
        with self._lock:
            found = [span for span in self._spans if trace_id in {None, span.trace_id}]
        return sorted(found, key=lambda span: (span.began_ns, span.ended_ns))

    def take(self, body: bytes) -> None:
        with self._lock:
            self._spans += _spans_in(body)


@contextmanager
def otlp_receiver(*, port: int = 0, hangs: bool = False) -> Iterator[OtlpReceiver]:
    server = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
    receiver = OtlpReceiver(f"http://127.0.0.1:{server.server_port}/v1/traces", threading.Event())
    if not hangs:
        receiver.released.set()
    server.receiver = receiver  # type: ignore[attr-defined]
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield receiver
    finally:
        receiver.released.set()
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        receiver: OtlpReceiver = self.server.receiver  # type: ignore[attr-defined]
        receiver.requests += 1
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver.released.wait()
        receiver.take(body)
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the library names it
        """Nothing."""


def _spans_in(body: bytes) -> Iterator[Received]:
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        service = str(_facts(resource.resource.attributes)["service.name"])
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield Received(
                    service=service,
                    name=span.name,
                    trace_id=span.trace_id.hex(),
                    span_id=span.span_id.hex(),
                    parent=span.parent_span_id.hex(),
                    began_ns=span.start_time_unix_nano,
                    ended_ns=span.end_time_unix_nano,
                    is_fault=span.status.code == span.status.STATUS_CODE_ERROR,
                    facts=_facts(span.attributes),
                    links=tuple((link.trace_id.hex(), link.span_id.hex()) for link in span.links),
                )


def _facts(attributes: Any) -> dict[str, str | int | float | bool]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}
