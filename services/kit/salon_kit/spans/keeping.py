"""Which units are sent on: a share of all traces, whole and the same in every process, and what failed or was slow.

Decided when a unit ends, so that nothing has to be known before. What is kept for a fault or its slowness alone is what
this process did; the logs have the rest of such a trace.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.trace import StatusCode

from salon_kit.spans.recorder import KEEP, Share

# A step that never ends must not hold memory for ever.
_UNITS_MAX = 20_000
_STEPS_MAX = 500


@dataclass
class _Unit:
    root_id: int
    ended: list[ReadableSpan] = field(default_factory=list)
    is_kept: bool | None = None


class Keeping(SpanProcessor):
    """Holds the steps of a unit until it ends; then gives all of them to `then`, or none."""

    def __init__(self, share: Share, *, then: SpanProcessor) -> None:
        self._share = share
        self._then = then
        self._units: dict[int, _Unit] = {}  # by the id of each span that has not ended

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        parent, context = span.parent, span.get_span_context()
        unit = self._units.get(parent.span_id) if parent is not None and not parent.is_remote else None
        if len(self._units) >= _UNITS_MAX:
            self._units.clear()
        self._units[context.span_id] = unit or _Unit(context.span_id)

    def on_end(self, span: ReadableSpan) -> None:
        context = span.get_span_context()
        unit = self._units.pop(context.span_id, None) if context is not None else None
        if context is None or unit is None:
            return
        if unit.is_kept is None and len(unit.ended) < _STEPS_MAX:
            unit.ended.append(span)
        elif unit.is_kept:
            self._then.on_end(span)
        if context.span_id == unit.root_id:
            unit.is_kept = self._is_kept(span, unit)
            for one in unit.ended if unit.is_kept else ():
                self._then.on_end(one)
            unit.ended = []

    def _is_kept(self, root: ReadableSpan, unit: _Unit) -> bool:
        context = root.get_span_context()
        if context is not None and self._share.has(context.trace_id):
            return True
        if root.attributes and root.attributes.get(KEEP):
            return True
        if self._share.is_slow((root.end_time or 0) - (root.start_time or 0)):
            return True
        return any(one.status.status_code is StatusCode.ERROR for one in unit.ended)

    def shutdown(self) -> None:
        self._then.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._then.force_flush(timeout_millis)
