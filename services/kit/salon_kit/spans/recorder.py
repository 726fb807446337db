"""What a process makes spans with, from its start to its end. `start` makes it; without an endpoint there is none.

The SDK is imported then, and not before: a process that makes no spans needs the names of its interfaces alone.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property

from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Tracer

PROXY = "nginx"
KEEP = "salon.kept"
"""An attribute of a unit that is kept whatever its own trace id: it stands for others that are."""
_LOW_64 = 0xFFFF_FFFF_FFFF_FFFF


@dataclass(frozen=True)
class Share:
    """Of the traces, by their ids, from 0 to 1; and after how many seconds a unit is kept for its slowness."""

    of_traces: float
    slow_seconds: float

    def has(self, trace_id: int) -> bool:
        return (trace_id & _LOW_64) < self._below

    @cached_property
    def _below(self) -> float:
        return self.of_traces * (_LOW_64 + 1)

    def is_slow(self, nanoseconds: int) -> bool:
        return nanoseconds >= self.slow_seconds * 1e9


@dataclass(frozen=True)
class Recorder:
    """`given` lets the next span have the ids of its trace and its own that are given."""

    tracer: Tracer
    proxy: Tracer
    given: Callable[[int, int], AbstractContextManager[None]]
    share: Share

    def proxy_span(self, trace_id: int, span_id: int, *, began_ns: int | None) -> Span:
        """What nginx did before this process, and while it waited for it; under the ids that it gave itself."""
        with self.given(trace_id, span_id):
            return self.proxy.start_span(PROXY, Context(), kind=SpanKind.SERVER, start_time=began_ns)


_current: Recorder | None = None


def current() -> Recorder | None:
    """None: off."""
    return _current


def use(recorder: Recorder | None) -> None:
    """From now on; None ends it."""
    global _current  # noqa: PLW0603 - one for each process, as its logs
    _current = recorder


def start(*, service: str, endpoint: str | None, share: float, slow_seconds: float) -> None:
    """Once, at the beginning of a process, before it connects to anything. Without an endpoint nothing is recorded."""
    if endpoint:
        from salon_kit.spans.sending import sending_to

        use(sending_to(endpoint, service=service, share=Share(share, slow_seconds)))
