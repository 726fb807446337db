"""A span is of the trace that the client was given the id of, whoever makes it."""

from __future__ import annotations

import time

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from spans.span_ids import ORDINARY

from salon_kit.kafka.records import Record
from salon_kit.spans import recorder
from salon_kit.spans.kafka import headers_of, parent_of, processing, sending
from salon_kit.spans.recording import Parent, step, unit
from salon_kit.spans.requests import asked, request_unit

PROXY_SPAN = "b7ad6b7169203331"
OTHER = "4bf92f3577b34da6a3ce929d0e0e4736"


def _parent_of(span: ReadableSpan) -> str:
    return f"{span.parent.span_id:016x}" if span.parent else ""


def _record(trace_id: str, *, offset: int = 0, headers: tuple[tuple[str, bytes | None], ...] = ()) -> Record:
    return Record("chat-messages", 0, offset, b"room", f'{{"trace_id": "{trace_id}"}}'.encode(), headers)


def test_the_edge_stands_above_the_request_and_began_before_it(all_sent: InMemorySpanExporter) -> None:
    traceparent = f"00-{ORDINARY}-{PROXY_SPAN}-01"
    started = f"t={time.time():.3f} -0.250"

    with request_unit("GET /", asked(ORDINARY, traceparent=traceparent, started=started)), step("SELECT dogs"):
        pass

    query, request, proxy = all_sent.get_finished_spans()
    assert [span.name for span in (query, request, proxy)] == ["SELECT dogs", "GET /", "nginx"]
    assert {f"{span.context.trace_id:032x}" for span in (query, request, proxy)} == {ORDINARY}
    assert f"{proxy.context.span_id:016x}" == PROXY_SPAN
    assert (proxy.parent, request.parent, query.parent) == (None, proxy.context, request.context)
    assert (request.start_time or 0) - (proxy.start_time or 0) == pytest.approx(0.25e9, abs=0.1e9)
    assert [proxy.resource.attributes["service.name"], request.resource.attributes["service.name"]] == ["nginx", "test"]


@pytest.mark.parametrize(
    "traceparent",
    ["", "rubbish", f"00-{OTHER}-{PROXY_SPAN}-01", f"00-{ORDINARY}-{'0' * 16}-01", f"ff-{ORDINARY}-{PROXY_SPAN}-01"],
)
def test_a_header_of_another_trace_or_of_none_changes_nothing(all_sent: InMemorySpanExporter, traceparent: str) -> None:
    with request_unit("GET /", asked(ORDINARY, traceparent=traceparent, started=f"t={time.time():.3f} -0.000")):
        pass

    [span] = all_sent.get_finished_spans()
    assert f"{span.context.trace_id:032x}" == ORDINARY
    assert _parent_of(span) == ORDINARY[16:]


def test_a_record_carries_its_place_to_who_processes_it(all_sent: InMemorySpanExporter) -> None:
    with unit("frame", Parent(ORDINARY)):
        span = sending("chat-messages", b"{}")
        assert span is not None
        record = _record(OTHER, headers=headers_of(span))
        span.end()
    with processing([record]), step("insert messages"):
        pass

    send, _frame, insert, process = all_sent.get_finished_spans()
    assert (_parent_of(process), insert.parent) == (f"{send.context.span_id:016x}", process.context)
    assert {f"{one.context.trace_id:032x}" for one in (send, insert, process)} == {ORDINARY}


def test_a_record_without_a_header_is_of_the_trace_that_the_event_names(all_sent: InMemorySpanExporter) -> None:
    assert parent_of(_record(ORDINARY)) == Parent(ORDINARY)
    assert parent_of(Record("t", 0, 0, None, b"\xff no json")) is None
    assert parent_of(_record(ORDINARY, headers=(("traceparent", b"00-zz-zz-zz"),))) == Parent(ORDINARY)

    relayed = sending("coupons", b'{"trace_id": "%b"}' % ORDINARY.encode())
    assert relayed is not None
    assert f"{relayed.get_span_context().trace_id:032x}" == ORDINARY


def test_a_batch_links_to_those_it_is_made_of_and_each_has_a_span_of_its_own(all_sent: InMemorySpanExporter) -> None:
    records = [_record(ORDINARY, offset=1), _record(OTHER, offset=2), _record("older-words", offset=3)]

    with processing(records), step("insert messages"):
        pass

    insert, batch, *each = all_sent.get_finished_spans()
    assert {f"{link.context.trace_id:032x}" for link in batch.links} == {ORDINARY, OTHER}
    assert insert.parent == batch.context
    assert {f"{one.context.trace_id:032x}" for one in each} == {ORDINARY, OTHER}
    assert all([link.context.span_id for link in one.links] == [batch.context.span_id] for one in each)
    assert (batch.attributes or {})["messaging.batch.message_count"] == 3


def test_nothing_is_made_where_nothing_is_recorded() -> None:
    recorder.use(None)

    with unit("GET /", Parent(ORDINARY)) as span, step("SELECT dogs") as query, processing([_record(ORDINARY)]):
        assert not span.is_recording()
        assert not query.is_recording()
    assert sending("coupons", b'{"trace_id": "%b"}' % ORDINARY.encode()) is None
