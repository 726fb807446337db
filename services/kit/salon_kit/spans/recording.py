"""Units of work and their steps. Each of these does nothing, at the price of nothing, where nothing is recorded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import TracebackType
from typing import NamedTuple, cast

from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import (
    INVALID_SPAN,
    INVALID_SPAN_CONTEXT,
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.util.types import AttributeValue

from salon_contracts.http.problem import Problem
from salon_kit.spans.recorder import current
from salon_kit.tracing import is_trace_id

NOTHING: AbstractContextManager[Span] = nullcontext(INVALID_SPAN)
_RECORDED = TraceFlags(TraceFlags.SAMPLED)
_SERVER_FAULT = 500

FAULT = "error.type"

Value = str | int | float | bool
Facts = Mapping[str, Value]


class Parent(NamedTuple):
    """A place in a trace. Without a span it is the edge's, whose id is the second half of the trace's."""

    trace_id: str
    span_id: str = ""

    def context(self) -> SpanContext | None:
        """None for what is no id of a trace: older ones were any text."""
        if not is_trace_id(self.trace_id):
            return None
        span_id = int(self.span_id or self.trace_id[16:], 16)
        return SpanContext(int(self.trace_id, 16), span_id, is_remote=True, trace_flags=_RECORDED) if span_id else None


def is_on() -> bool:
    return current() is not None


def is_in_share(trace_id: str) -> bool:
    """Whether this trace is kept whatever becomes of it."""
    recorder = current()
    return recorder is not None and is_trace_id(trace_id) and recorder.share.has(int(trace_id, 16))


def unit(
    name: str, parent: Parent, *, kind: SpanKind = SpanKind.SERVER, facts: Facts | None = None
) -> AbstractContextManager[Span]:
    """Work that entered this process. It is kept with all its steps, or not at all (salon_kit/spans/keeping.py)."""
    recorder = current()
    context = parent.context() if recorder is not None else None
    if recorder is None or context is None:
        return NOTHING
    return lasting(recorder.tracer.start_span(name, under(context), kind=kind, attributes=facts))


def hot_unit(
    name: str, parent: Parent, *, kind: SpanKind = SpanKind.SERVER, facts: Facts | None = None
) -> AbstractContextManager[Span]:
    """As `unit`, where a span for each would cost too much: outside the share there is one only if it fails or is slow,

    and it has no steps then.
    """
    if current() is None:
        return NOTHING
    if is_in_share(parent.trace_id):
        return unit(name, parent, kind=kind, facts=facts)
    return MadeLate(name, parent, kind=kind, facts=facts)


def step(name: str, *, kind: SpanKind = SpanKind.CLIENT, facts: Facts | None = None) -> AbstractContextManager[Span]:
    """Within a unit that is recorded; else nothing."""
    recorder = current()
    if recorder is None or not get_current_span().is_recording():
        return NOTHING
    return lasting(recorder.tracer.start_span(name, kind=kind, attributes=facts))


def finished(
    name: str,
    parent: Parent,
    *,
    began_ns: int,
    kind: SpanKind = SpanKind.INTERNAL,
    fault: Value | None = None,
    link: SpanContext | None = None,
    facts: Facts | None = None,
) -> None:
    """A unit without steps that is over by now, if it is to be kept. `began_ns` since 1970."""
    recorder, ended_ns = current(), time.time_ns()
    if recorder is None:
        return
    if fault is None and not recorder.share.is_slow(ended_ns - began_ns) and not is_in_share(parent.trace_id):
        return
    context = parent.context()
    if context is None:
        return
    links = [Link(link)] if link is not None else []
    span = recorder.tracer.start_span(
        name, under(context), kind=kind, attributes=facts, links=links, start_time=began_ns
    )
    if fault is not None:
        note_fault(span, str(fault))
    span.end(ended_ns)


def note_fault(span: Span, kind: str) -> None:
    """Its kind and no more: what an exception says may quote a row."""
    span.set_attribute(FAULT, kind)
    span.set_status(Status(StatusCode.ERROR))


def note_answer(span: Span, status: int) -> None:
    """An answer of HTTP. What the caller did wrong is no fault."""
    span.set_attribute("http.response.status_code", status)
    if status >= _SERVER_FAULT:
        note_fault(span, str(status))


def note_refusal(span: Span, problem: Problem) -> None:
    """What work was answered with in place of being done."""
    span.set_attribute("salon.problem", problem.code)
    if problem.status >= _SERVER_FAULT:
        note_fault(span, problem.code)


def here() -> Parent | None:
    """Where the work of this task or thread stands; None where nothing is recorded."""
    if current() is None or not (span := get_current_span()).is_recording():
        return None
    context = span.get_span_context()
    return Parent(f"{context.trace_id:032x}", f"{context.span_id:016x}")


@contextmanager
def lasting(span: Span) -> Iterator[Span]:
    token = attach(set_span_in_context(span))
    try:
        yield span
    except BaseException as error:
        if _is_fault(error):
            note_fault(span, type(error).__name__)
        raise
    finally:
        detach(token)
        span.end()


class MadeLate(NonRecordingSpan):
    """Holds what is said of work outside the share until it is over: a span only if it failed or was slow.

    Its steps are not known then. A class and no generator: of a hot unit this is most of what is paid.
    """

    def __init__(self, name: str, parent: Parent, *, kind: SpanKind, facts: Facts | None = None) -> None:
        super().__init__(INVALID_SPAN_CONTEXT)
        self._name, self._parent, self._kind = name, parent, kind
        self._facts: dict[str, Value] = {**facts} if facts else {}
        self._began_ns = time.time_ns()

    def set_attribute(self, key: str, value: AttributeValue) -> None:
        self._facts[key] = cast(Value, value)  # ours are no lists

    def __enter__(self) -> MadeLate:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if error is not None and _is_fault(error):
            note_fault(self, type(error).__name__)
        fault = self._facts.pop(FAULT, None)
        recorder = current()
        if recorder is None or (fault is None and not recorder.share.is_slow(time.time_ns() - self._began_ns)):
            return
        finished(self._name, self._parent, began_ns=self._began_ns, kind=self._kind, fault=fault, facts=self._facts)


def _is_fault(error: BaseException) -> bool:
    """Not a refusal, which is an answer (`Problem.status`), and not somebody who went away."""
    if isinstance(error, asyncio.CancelledError | GeneratorExit):
        return False
    status = getattr(error, "status", None)
    return not isinstance(status, int) or status >= _SERVER_FAULT


def under(context: SpanContext) -> Context:
    return set_span_in_context(NonRecordingSpan(context), Context())
