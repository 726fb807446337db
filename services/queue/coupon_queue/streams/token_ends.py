"""Which streams were opened with tokens that end in which second: a stream lives no longer than its token."""

from __future__ import annotations

from coupon_queue.streams.line_stream import LineStream


class TokenEnds:
    def __init__(self) -> None:
        self._by_second: dict[int, set[LineStream]] = {}

    def add(self, stream: LineStream) -> None:
        if stream.expires_at is not None:
            self._by_second.setdefault(stream.expires_at, set()).add(stream)

    def discard(self, stream: LineStream) -> None:
        streams = self._by_second.get(stream.expires_at) if stream.expires_at is not None else None
        if streams is not None and stream.expires_at is not None:
            streams.discard(stream)
            if not streams:
                del self._by_second[stream.expires_at]

    def passed(self, *, now: float) -> list[LineStream]:
        """The streams whose tokens have ended. `now` is in seconds since 1970."""
        return [stream for second in self._by_second if second <= now for stream in self._by_second[second]]
