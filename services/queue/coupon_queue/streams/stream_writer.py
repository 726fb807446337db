"""What is written to one customer's stream."""

from __future__ import annotations

from typing import Any

import orjson

from coupon_queue.line.tickets import Tickets
from coupon_queue.scripts import Place
from coupon_queue.streams.line_stream import LineStream, place_document, place_event
from coupon_queue.streams.open_stream import KEEPALIVE, encode_event
from coupon_queue.streams.streams_of_line import Frame


class StreamWriter:
    def __init__(self, *, tickets: Tickets, buffer_bytes_max: int) -> None:
        self._tickets = tickets
        self._buffer_bytes_max = buffer_bytes_max

    def place(self, stream: LineStream, place: Place) -> None:
        """A final place is the last that the stream hears."""
        stream.number, stream.seq, stream.place_state = place.number, place.seq, place.state
        stream.admitted = place.admitted
        document = place_document(place, tickets=self._tickets, event_id=stream.event_id, account_id=stream.account_id)
        self._write(stream, place_event(document))
        if place.is_final:
            stream.end()

    def frame(self, stream: LineStream, frame: Frame) -> None:
        stream.seq, stream.admitted = frame.seq, frame.admitted
        self._write(stream, frame.data)

    def keepalive(self, stream: LineStream) -> None:
        self._write(stream, KEEPALIVE)

    def problem(self, stream: LineStream, problem: dict[str, Any]) -> None:
        self._write(stream, encode_event("problem", orjson.dumps(problem)))
        stream.end()

    def farewell(self, stream: LineStream, reason: str) -> None:
        # Different for each, so that they do not all come to the next instance in the same millisecond.
        pause = 200 + hash((stream.account_id, stream.number)) % 800
        document = b'{"reconnect_after_ms":%d,"reason":"%s"}' % (pause, reason.encode())
        self._write(stream, encode_event("farewell", document))
        stream.end()

    def _write(self, stream: LineStream, data: bytes) -> None:
        stream.write(data, buffer_bytes_max=self._buffer_bytes_max)
