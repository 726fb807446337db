"""Records of Kafka in a trace: `traceparent` is a header of theirs, and a batch links to what it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from opentelemetry.trace import Span, SpanKind, get_current_span

from salon_kit.kafka.records import Headers, Record
from salon_kit.spans.batches import batch_unit
from salon_kit.spans.recorder import current
from salon_kit.spans.recording import NOTHING, Parent, finished, is_in_share, note_fault, under
from salon_kit.spans.requests import TRACEPARENT, parent_in
from salon_kit.tracing import traced

_TRACE_ID = re.compile(rb'"trace_id": ?"([0-9a-f]{32})"')
_ENVELOPE_BYTES = 1_000


def sending(topic: str, value: bytes | None) -> Span | None:
    """The span of a record on its way, which ends with its report; None where none is kept of it.

    Under what is being done here, or else, in a relay, under the trace that the event names.
    """
    recorder = current()
    if recorder is None:
        return None
    facts = _facts(topic)
    if get_current_span().is_recording():
        return recorder.tracer.start_span(f"send {topic}", kind=SpanKind.PRODUCER, attributes=facts)
    parent = _named_in(value)
    context = parent.context() if parent is not None and is_in_share(parent.trace_id) else None
    if context is None:
        return None
    return recorder.tracer.start_span(f"send {topic}", under(context), kind=SpanKind.PRODUCER, attributes=facts)


@contextmanager
def ended_if_refused(span: Span) -> Iterator[None]:
    """What raises has no report, which would end it."""
    try:
        yield
    except BaseException as error:
        note_fault(span, type(error).__name__)
        span.end()
        raise


def headers_of(span: Span) -> Headers:
    context = span.get_span_context()
    return ((TRACEPARENT, f"00-{context.trace_id:032x}-{context.span_id:016x}-01".encode()),)


def parent_of(record: Record) -> Parent | None:
    """Where the record stands in a trace: by its header, else by the id in the event itself. Never raises."""
    for name, value in reversed(record.headers):
        if name == TRACEPARENT and value is not None and (found := parent_in(value.decode("latin-1"))):
            return found
    return _named_in(record.value)


def line_facts(record: Record) -> dict[str, Any]:
    """For a line about one record: where it stands, and under which trace it was written, where that is known."""
    facts = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
    parent = parent_of(record)
    return facts if parent is None else {**facts, "trace_id": parent.trace_id}


def lines_of(records: Sequence[Record]) -> AbstractContextManager[None]:
    """Lines written in its body have the trace of the record, where it is one: of several none is the cause."""
    parent = parent_of(records[0]) if len(records) == 1 else None
    return nullcontext() if parent is None else traced(parent.trace_id)


def processing(records: Sequence[Record]) -> AbstractContextManager[Span]:
    """What becomes of records that were read together (salon_kit/spans/batches.py)."""
    if current() is None or not records:
        return NOTHING
    parents = [parent for record in records if (parent := parent_of(record)) is not None]
    topic = records[0].topic
    facts = _facts(topic)
    return batch_unit(f"process {topic}", parents, count=len(records), kind=SpanKind.CONSUMER, facts=facts)


def delivered(records: Sequence[Record], *, name: str, began_ns: int) -> None:
    """Each of these that is kept has come to those who wait for it."""
    for record in records:
        if (parent := parent_of(record)) is not None and is_in_share(parent.trace_id):
            finished(name, parent, began_ns=began_ns, kind=SpanKind.CONSUMER, facts=_facts(record.topic))


def _facts(topic: str) -> dict[str, str]:
    return {"messaging.system": "kafka", "messaging.destination.name": topic}


def _named_in(value: bytes | None) -> Parent | None:
    """By the envelope of our events, of which it is among the first fields; what is none names no trace.

    Not read as JSON: whoever reads the record does that, and sets aside what cannot be read. Here it would be read
    twice, and a stranger's thousand brackets would end every reader.
    """
    found = _TRACE_ID.search((value or b"")[:_ENVELOPE_BYTES])
    return Parent(found[1].decode()) if found else None
