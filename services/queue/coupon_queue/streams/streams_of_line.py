"""The streams of one line that are open at this instance, and its newest frames."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from opentelemetry.trace import Span, SpanKind

from coupon_queue.scripts import Place
from coupon_queue.streams.line_stream import LineStream
from salon_kit.spans.recording import Parent, hot_unit

_FRAMES_KEPT = 16


class Frame(NamedTuple):
    seq: int
    state: str
    admitted: int
    data: bytes


class StreamsOfLine:
    """The streams of one event here, by account, and the newest frames."""

    __slots__ = ("by_account", "frames", "open", "written")

    def __init__(self) -> None:
        self.by_account: dict[int, list[LineStream]] = {}
        self.open = 0
        self.frames: deque[Frame] = deque(maxlen=_FRAMES_KEPT)
        self.written = False  # since the last keepalive round

    def streams(self) -> Iterator[LineStream]:
        return (stream for streams in self.by_account.values() for stream in streams)


def changed_place(change: dict[str, Any], *, known: LineStream) -> Place:
    """As of the newest frame that this customer knows of: also when none has reached this instance yet."""
    state = str(change["state"])
    return Place(
        state=state,
        number=int(change["number"]),
        ahead=0 if state == "claimed" else None,
        seq=known.seq,
        admitted=known.admitted,
        serial=change.get("serial"),
        coupon_id=change.get("coupon_id"),
        reason=change.get("reason"),
    )


def shown(change: dict[str, Any]) -> AbstractContextManager[Span]:
    """Where the trace of a ticket ends: its owner is told what became of it."""
    return hot_unit(f"stream {change['state']}", Parent(change.get("trace_id", "")), kind=SpanKind.PRODUCER)
