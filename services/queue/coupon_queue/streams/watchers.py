"""People who look at a line without standing in it: they hear of its opening when everybody does.

They are sent the public status of the line, encoded once for all. What a line costs Redis does not depend on how many
look: nothing is kept there of them, and its status is read once for all who look at this instance.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import NamedTuple
from uuid import UUID

import orjson
from redis.exceptions import RedisError

from coupon_queue.background import retry_forever, wait_for
from coupon_queue.line.errors import TooManyWatching
from coupon_queue.line.line_by_line import LineByLine
from coupon_queue.line.rules import status_document
from coupon_queue.scripts import FINAL_STATES, Status
from coupon_queue.settings import Settings
from coupon_queue.streams.open_stream import KEEPALIVE, OpenStream, encode_event
from salon_contracts.http.problem import RateLimited, UnknownCouponEvent

# How many wait and what is left is sent so often; a change of state at once.
_LOOK_SECONDS = 5.0
_WRITES_AT_ONCE = 500
_RETRY_SECONDS = 20


class Seen(NamedTuple):
    """The newest status of a line, as it is written to all who look."""

    state: str
    event: bytes

    @property
    def is_final(self) -> bool:
        return self.state in FINAL_STATES


class WatchStream(OpenStream):
    __slots__ = ("_on_lost", "address", "event_id")

    def __init__(self, *, event_id: UUID, address: str, on_lost: Callable[[WatchStream], None]) -> None:
        super().__init__()
        self.event_id = event_id
        self.address = address
        self._on_lost = on_lost

    def connection_lost(self, exc: Exception | None) -> None:
        self._on_lost(self)


class _WatchedLine:
    def __init__(self, seen: Seen) -> None:
        self.seen = seen
        self.streams: set[WatchStream] = set()
        self.written = False  # since the last keepalive round


class Watchers:
    """Lives as long as the app, which runs `run`."""

    def __init__(self, settings: Settings, *, read: Callable[[UUID], Awaitable[Status]]) -> None:
        self._settings = settings
        self._read_status = read
        self._buffer_bytes_max = settings.stream_buffer_bytes_max
        self._lines: dict[UUID, _WatchedLine] = {}
        self._by_address: Counter[str] = Counter()
        self._reading: dict[UUID, asyncio.Future[Seen]] = {}
        self._changed: set[UUID] = set()
        self._wake = asyncio.Event()
        self._looked_at = 0.0
        self._each = LineByLine("watchers")
        self._is_leaving = False

    def __len__(self) -> int:
        return self._by_address.total()

    # One stream's life

    async def newest(self, event_id: UUID) -> Seen:
        """Raises UnknownCouponEvent. However many ask at once, Redis is asked once."""
        line = self._lines.get(event_id)
        if line is not None:
            return line.seen
        reading = self._reading.get(event_id)
        if reading is None:
            reading = self._reading[event_id] = asyncio.ensure_future(self._read(event_id))
            reading.add_done_callback(lambda _: self._reading.pop(event_id, None))
        return await asyncio.shield(reading)

    def expect(self, event_id: UUID, *, address: str, seen: Seen) -> WatchStream:
        """Raises RateLimited when this address has enough, TooManyWatching when this instance has."""
        if len(self) >= self._settings.watchers_max:
            raise TooManyWatching(retry_after_seconds=_RETRY_SECONDS)
        if self._by_address[address] >= self._settings.watchers_per_address:
            raise RateLimited(retry_after_seconds=_RETRY_SECONDS)
        stream = WatchStream(event_id=event_id, address=address, on_lost=self._lost)
        self._lines.setdefault(event_id, _WatchedLine(seen)).streams.add(stream)
        self._by_address[address] += 1
        return stream

    def begin(self, stream: WatchStream) -> None:
        """The stream is open now: write what is known."""
        line = self._lines.get(stream.event_id)
        if line is not None:
            self._write(stream, line.seen)
        if self._is_leaving:
            self._write_farewell(stream)

    def _lost(self, stream: WatchStream) -> None:
        line = self._lines.get(stream.event_id)
        if line is None or stream not in line.streams:
            return
        line.streams.discard(stream)
        if not line.streams:
            del self._lines[stream.event_id]
        self._by_address[stream.address] -= 1
        if not self._by_address[stream.address]:
            del self._by_address[stream.address]

    # What is sent to everybody

    def changed(self, event_id: UUID) -> None:
        """The operator changed something."""
        if event_id in self._lines:
            self._changed.add(event_id)
            self._wake.set()

    def framed(self, event_id: UUID, document: bytes) -> None:
        """The line sent its own a frame: a change of state is for all."""
        line = self._lines.get(event_id)
        if line is not None and orjson.loads(document)["state"] != line.seen.state:
            self.changed(event_id)

    def may_have_missed(self) -> None:
        """The subscription was cut."""
        self._changed.update(self._lines)
        self._wake.set()

    async def run(self) -> None:
        """Job: send what changed, at once and now and then."""
        await retry_forever("watchers", self._look)

    def keep_alive(self) -> None:
        for line in self._lines.values():
            if not line.written:
                for stream in line.streams:
                    stream.write(KEEPALIVE, buffer_bytes_max=self._buffer_bytes_max)
            line.written = False

    def farewell(self) -> None:
        """This instance is going."""
        self._is_leaving = True
        for line in tuple(self._lines.values()):
            for stream in tuple(line.streams):
                self._write_farewell(stream)

    async def _look(self) -> None:
        self._wake.clear()
        if time.monotonic() - self._looked_at >= _LOOK_SECONDS:
            self._changed.update(self._lines)
            self._looked_at = time.monotonic()
        for event_id in self._each.sound(self._changed):
            self._changed.discard(event_id)  # first: it may change again meanwhile
            with self._each.apart(event_id):
                await self._look_at(event_id)
        await wait_for(self._wake, seconds=_LOOK_SECONDS)

    async def _look_at(self, event_id: UUID) -> None:
        try:
            seen = await self._read(event_id)
        except UnknownCouponEvent:
            return
        except RedisError:
            self._changed.add(event_id)
            raise
        line = self._lines.get(event_id)
        if line is None or line.seen == seen:
            return
        line.seen, line.written = seen, True
        for count, stream in enumerate(tuple(line.streams)):
            self._write(stream, seen)
            if count % _WRITES_AT_ONCE == _WRITES_AT_ONCE - 1:
                await asyncio.sleep(0)

    async def _read(self, event_id: UUID) -> Seen:
        status = await self._read_status(event_id)
        # The id tells that it was the last word (see `ending_sent`).
        last = b"0-" + status.state.encode() if status.state in FINAL_STATES else None
        return Seen(status.state, encode_event("status", orjson.dumps(status_document(status)), event_id=last))

    def _write(self, stream: WatchStream, seen: Seen) -> None:
        stream.write(seen.event, buffer_bytes_max=self._buffer_bytes_max)
        if seen.is_final:
            stream.end()

    def _write_farewell(self, stream: WatchStream) -> None:
        pause = 200 + hash(stream) % 800
        document = b'{"reconnect_after_ms":%d,"reason":"instance-leaving"}' % pause
        stream.write(encode_event("farewell", document), buffer_bytes_max=self._buffer_bytes_max)
        stream.end()
