"""A request of HTTP as a unit: the proxy in front, whose span this process makes, and its own part under it.

nginx as Debian has it makes no spans. It sends where it stands in the trace (`traceparent`) and since when it has had
the request (`X-Request-Start`), so the time between, in which a request waits for a process, is seen too.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple

from opentelemetry.trace import Span, SpanKind, set_span_in_context

from salon_kit.spans.recorder import Recorder, current
from salon_kit.spans.recording import NOTHING, MadeLate, Parent, is_in_share, lasting, unit
from salon_kit.tracing import is_trace_id

TRACEPARENT = "traceparent"
REQUEST_START = "x-request-start"
_TRACEPARENT_BYTES, _REQUEST_START_BYTES = TRACEPARENT.encode(), REQUEST_START.encode()
_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")
# Seconds since 1970, and how many before that the first byte had come.
_STARTED = re.compile(r"t=(\d{10}\.\d{3}) -(\d{1,4}\.\d{3})")
_LONGEST_SECONDS = 600.0


class Asked(NamedTuple):
    """What a request says of its trace. `began_ns` is when the edge had it, or None where there was no proxy."""

    parent: Parent
    began_ns: int | None = None


def asked(trace_id: str, *, traceparent: str | None, started: str | None) -> Asked:
    """Of another trace than the request's own nothing is taken."""
    parent = parent_in(traceparent or "")
    if parent is None or parent.trace_id != trace_id:
        return Asked(Parent(trace_id))
    return Asked(parent, _began_ns(started or ""))


def asked_in(headers: Mapping[bytes, bytes], trace_id: str) -> Asked:
    """As `asked`, from headers of ASGI."""
    if current() is None:
        return Asked(Parent(trace_id))
    traceparent = headers.get(_TRACEPARENT_BYTES)
    if not traceparent:
        return Asked(Parent(trace_id))
    started = headers.get(_REQUEST_START_BYTES, b"")
    return asked(trace_id, traceparent=traceparent.decode("latin-1"), started=started.decode("latin-1"))


def parent_in(traceparent: str) -> Parent | None:
    """Of W3C's header; None for what is none."""
    found = _TRACEPARENT.fullmatch(traceparent)
    if found is None or not is_trace_id(found[1]) or int(found[2], 16) == 0:
        return None
    return Parent(found[1], found[2])


def request_unit(name: str, request: Asked) -> AbstractContextManager[Span]:
    """Ends when the answer does; `note_answer` says what it was."""
    recorder = current()
    if recorder is None:
        return NOTHING
    if request.began_ns is None or not is_trace_id(request.parent.trace_id):
        return unit(name, request.parent)
    return _behind_proxy(recorder, name, request.parent, request.began_ns)


def hot_request_unit(name: str, request: Asked) -> AbstractContextManager[Span]:
    """As `hot_unit`."""
    if current() is None:
        return NOTHING
    if is_in_share(request.parent.trace_id):
        return request_unit(name, request)
    return MadeLate(name, request.parent, kind=SpanKind.SERVER)


@contextmanager
def _behind_proxy(recorder: Recorder, name: str, parent: Parent, began_ns: int) -> Iterator[Span]:
    proxy = recorder.proxy_span(int(parent.trace_id, 16), int(parent.span_id, 16), began_ns=began_ns)
    try:
        with lasting(recorder.tracer.start_span(name, set_span_in_context(proxy), kind=SpanKind.SERVER)) as span:
            yield span
    finally:
        proxy.end()


def _began_ns(started: str) -> int | None:
    found = _STARTED.fullmatch(started)
    if found is None:
        return None
    began = float(found[1]) - float(found[2])
    return int(began * 1e9) if 0 <= time.time() - began < _LONGEST_SECONDS else None
