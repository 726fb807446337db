"""How spans leave a process.

Nothing here waits: they go into a bounded queue, of which the oldest are dropped when it is full, and a thread of its
own sends them. A receiver that is dead or hangs costs the spans and nothing else; how many they were is counted.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import socket
import threading
from collections.abc import Iterator, Sequence
from contextvars import ContextVar

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanLimits, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Tracer

from salon_kit.logs import get_logger
from salon_kit.metrics.spans import Queued, dropped
from salon_kit.outage_lines import outage
from salon_kit.spans.keeping import Keeping
from salon_kit.spans.recorder import PROXY, Recorder, Share

log = get_logger(__name__)

QUEUE_MAX, BATCH_MAX = 4_096, 512
SENT_EVERY_MS = 1_000.0
ANSWER_SECONDS = 2.0
# What is left when a process ends: no deploy waits longer for a receiver that hangs.
LAST_SECONDS = 1.0


class GivenIds(RandomIdGenerator):
    """Random ones, but for the span that says itself who it is: the edge's, whose ids came in a header."""

    def __init__(self) -> None:
        self._given: ContextVar[tuple[int, int] | None] = ContextVar("given_ids", default=None)

    def generate_trace_id(self) -> int:
        given = self._given.get()
        return given[0] if given else super().generate_trace_id()

    def generate_span_id(self) -> int:
        given = self._given.get()
        return given[1] if given else super().generate_span_id()

    @contextlib.contextmanager
    def given(self, trace_id: int, span_id: int) -> Iterator[None]:
        token = self._given.set((trace_id, span_id))
        try:
            yield
        finally:
            self._given.reset(token)


class WithoutFaults(SpanExporter):
    """A receiver that is away is worth a line now and then, and no traceback."""

    def __init__(self, exporter: SpanExporter, queued: Queued) -> None:
        self._exporter = exporter
        self._queued = queued

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self._queued.taken(len(spans))
        reason = "no receiver takes them"
        try:
            result = self._exporter.export(spans)
        except Exception as error:  # whatever it was, nobody else is concerned
            result, reason = SpanExportResult.FAILURE, type(error).__name__
        if result is not SpanExportResult.SUCCESS:
            dropped.labels("not-taken").inc(len(spans))
            outage(log.warning, "spans_not_sent", reason=reason)
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()


class CountedBatches(BatchSpanProcessor):
    """The library's, and what it drops is known."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._queued = Queued(QUEUE_MAX)
        super().__init__(
            WithoutFaults(exporter, self._queued),
            max_queue_size=QUEUE_MAX,
            schedule_delay_millis=SENT_EVERY_MS,
            max_export_batch_size=BATCH_MAX,
        )

    def on_end(self, span: ReadableSpan) -> None:
        self._queued.one_more()
        super().on_end(span)


def sending_to(endpoint: str, *, service: str, share: Share) -> Recorder:
    """What is kept goes to this receiver, until the process ends."""
    # The libraries would say at every try what `WithoutFaults` says now and then.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL + 1)
    batches = CountedBatches(OTLPSpanExporter(endpoint=endpoint, timeout=ANSWER_SECONDS))
    atexit.register(_send_the_last, batches)
    return giving_to(batches, service=service, share=share)


def giving_to(processor: SpanProcessor, *, service: str, share: Share) -> Recorder:
    """What is kept goes to this one."""
    keeping, ids = Keeping(share, then=processor), GivenIds()

    def tracer_of(name: str) -> Tracer:
        resource = Resource({"service.name": name, "service.instance.id": f"{socket.gethostname()}:{os.getpid()}"})
        limits = SpanLimits(max_span_attributes=32, max_events=0, max_links=128, max_span_attribute_length=200)
        provider = TracerProvider(
            sampler=ALWAYS_ON, resource=resource, shutdown_on_exit=False, id_generator=ids, span_limits=limits
        )
        provider.add_span_processor(keeping)
        return provider.get_tracer("salon")

    return Recorder(tracer_of(service), tracer_of(PROXY), ids.given, share)


def _send_the_last(processor: SpanProcessor) -> None:
    """What is there when the process ends, for a moment."""
    last = threading.Thread(target=processor.shutdown, name="last-spans", daemon=True)
    with contextlib.suppress(RuntimeError):  # it is too late for a thread
        last.start()
        last.join(LAST_SECONDS)
