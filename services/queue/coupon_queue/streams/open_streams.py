"""The streams that are open at this instance, and what they are told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson
from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.line.tickets import Tickets
from coupon_queue.scripts import Place
from coupon_queue.streams.line_crowd import Frame, StreamsOfLine, place_in
from coupon_queue.streams.line_stream import LineStream, place_document, place_event
from coupon_queue.streams.open_stream import KEEPALIVE, encode_event
from coupon_queue.streams.operator_stream import OperatorStreams
from coupon_queue.streams.token_ends import TokenEnds

# Writes between two looks at the rest of the loop, so that 15,000 streams do not hold up a request.
_WRITES_AT_ONCE = 500
_PLACES_AT_ONCE = 200
_BEFORE_THE_DRAW_ENDS = frozenset({"not-open", "drawing"})


class OpenStreams:
    """Every stream here. A stream is registered before its place is read, so no news falls between."""

    def __init__(self, *, redis: Redis, tickets: Tickets, instance: str, buffer_bytes_max: int) -> None:
        self._redis = redis
        self._tickets = tickets
        self._instance = instance
        self._buffer_bytes_max = buffer_bytes_max
        self._lines: dict[UUID, StreamsOfLine] = {}
        self.absent: set[tuple[UUID, int]] = set()
        self.behind: set[UUID] = set()  # lines whose streams may have missed something
        self.frame_bytes = 0
        self.is_leaving = False
        self.operators = OperatorStreams()
        self._token_ends = TokenEnds()

    def __len__(self) -> int:
        return sum(line.open for line in self._lines.values())

    def events(self) -> list[UUID]:
        return list(self._lines)

    def streams_of(self, event_id: UUID) -> int:
        """How many streams of this line are open here."""
        line = self._lines.get(event_id)
        return line.open if line else 0

    def streams_of_account(self, event_id: UUID, account_id: int) -> int:
        """How many devices of one account have this line open here."""
        return len(self._of(event_id, account_id))

    def numbers(self, event_id: UUID) -> dict[int, int | None]:
        """The number that every account with a stream of this line here was told last; 0 is registered for a draw."""
        line = self._lines.get(event_id)
        return {account: streams[0].number_told for account, streams in line.by_account.items()} if line else {}

    def has(self, event_id: UUID, account_id: int) -> bool:
        line = self._lines.get(event_id)
        return line is not None and account_id in line.by_account

    # One stream's life

    def expect(
        self, *, event_id: UUID, account_id: int, session_id: str | None = None, expires_at: int | None = None
    ) -> LineStream:
        stream = LineStream(
            event_id=event_id,
            account_id=account_id,
            on_lost=self.lost,
            session_id=session_id,
            expires_at=expires_at,
        )
        self._token_ends.add(stream)
        line = self._lines.setdefault(event_id, StreamsOfLine())
        line.by_account.setdefault(account_id, []).append(stream)
        line.open += 1
        return stream

    def lost(self, stream: LineStream) -> None:
        line = self._lines.get(stream.event_id)
        streams = line.by_account.get(stream.account_id) if line else None
        if line is None or streams is None or stream not in streams:
            return
        streams.remove(stream)
        self._token_ends.discard(stream)
        line.open -= 1
        if not streams:
            del line.by_account[stream.account_id]
            self.absent.add((stream.event_id, stream.account_id))
        if not line.by_account:
            del self._lines[stream.event_id]

    async def begin(self, stream: LineStream, place: Place) -> None:
        """The stream is open now. If something personal happened since its place was read, read it again."""
        if stream.stale:
            await self.bring_in_step(event_id=stream.event_id, account_ids=[stream.account_id])
        else:
            self.show(stream, place)

    def show(self, stream: LineStream, place: Place) -> None:
        """Write a place that was just read, then every frame since. From now on the stream is in step."""
        stream.number, stream.seq, stream.state = place.number, place.seq, place.state
        stream.admitted = place.admitted
        document = place_document(place, tickets=self._tickets, event_id=stream.event_id, account_id=stream.account_id)
        self._write(stream, place_event(document))
        if place.is_final:
            stream.end()
            return
        stream.in_step = True
        for frame in list(self._lines[stream.event_id].frames) if stream.event_id in self._lines else ():
            self._write_frame(stream, frame)
        if self.is_leaving:
            self._say_farewell(stream, "instance-leaving")

    def refuse(self, *, event_id: UUID, account_id: int, problem: dict[str, Any]) -> None:
        """End an account's streams with a problem: its place cannot be had any more."""
        event = encode_event("problem", orjson.dumps(problem))
        for stream in self._of(event_id, account_id):
            self._write(stream, event)
            stream.end()

    # What everybody or somebody is told

    def lose_step(self, *event_ids: UUID) -> None:
        """News may have been missed: nobody here is told a frame before their place was read again.

        Else the frame that ends a line would tell a winner, whose news was lost, that all is gone.
        """
        for event_id in event_ids:
            self.behind.add(event_id)
            for stream in self._lines[event_id].streams() if event_id in self._lines else ():
                stream.in_step, stream.stale = False, True

    async def bring_in_step(self, *, event_id: UUID, account_ids: Sequence[int]) -> list[int]:
        """Read these accounts' places and show them. Returns the accounts that this Redis does not have in line."""
        missing: list[int] = []
        for start in range(0, len(account_ids), _PLACES_AT_ONCE):
            chunk = account_ids[start : start + _PLACES_AT_ONCE]
            for stream in self._begun(event_id, *chunk):
                stream.in_step = stream.stale = False
            places = await scripts.stream_opened(
                self._redis, event_id=event_id, instance=self._instance, account_ids=chunk
            )
            for account_id, place in zip(chunk, places, strict=True):
                if place is None:
                    missing.append(account_id)
                else:
                    self._show_all(event_id, account_id, place)
        stale = {stream.account_id for stream in self._begun(event_id, *account_ids) if stream.stale}
        if stale:
            missing += await self.bring_in_step(event_id=event_id, account_ids=sorted(stale))
        return missing

    async def tell_frame(self, *, event_id: UUID, document: bytes) -> None:
        """Write one frame to everybody: encoded once."""
        line = self._lines.get(event_id)
        if line is None:
            return
        facts = orjson.loads(document)
        data = encode_event("frame", document, event_id=b"%d" % facts["seq"])
        frame = Frame(facts["seq"], facts["state"], facts["admitted"], data)
        if line.frames and frame.seq != line.frames[-1].seq + 1:  # missed some, or Redis was lost and counts anew
            line.frames.clear()
            self.lose_step(event_id)
        line.frames.append(frame)
        line.written = True
        self.frame_bytes = len(data)
        for count, stream in enumerate(tuple(line.streams())):
            self._write_frame(stream, frame)
            if count % _WRITES_AT_ONCE == _WRITES_AT_ONCE - 1:
                await asyncio.sleep(0)

    async def tell_people(self, *, event_id: UUID, news: Iterable[dict[str, Any]]) -> None:
        """Write personal news to the streams of the people concerned."""
        line = self._lines.get(event_id)
        if line is None:
            return
        back_in_line: list[int] = []
        for item in news:
            account_id = int(item["account"])
            for stream in tuple(line.by_account.get(account_id, ())):
                if not stream.in_step:
                    stream.stale = True
                elif item["state"] == "waiting":
                    back_in_line.append(account_id)
                else:
                    self.show(stream, place_in(item, known=stream))
        if back_in_line:
            await self.bring_in_step(event_id=event_id, account_ids=back_in_line)

    def keep_alive(self) -> None:
        """A comment for the streams of lines that had nothing to say, so that no proxy cuts them."""
        for line in self._lines.values():
            if not line.written:
                for stream in tuple(line.streams()):
                    self._write(stream, KEEPALIVE)
            line.written = False

    def farewell(self) -> None:
        """This instance is going: ask everybody to reconnect, spread over a second."""
        self.is_leaving = True
        self.operators.end_all()
        for line in tuple(self._lines.values()):
            for stream in tuple(line.streams()):
                self._say_farewell(stream, "instance-leaving")

    # Whose streams end

    def end_session(self, *, account_id: int, session_id: UUID) -> None:
        """The session has ended, and so do all streams that its tokens opened."""
        streams = self._of_account(account_id)
        self._end([stream for stream in streams if stream.session_id == str(session_id)], "session-ended")
        self.operators.end_session(account_id=account_id, session_id=str(session_id))

    def end_account(self, account_id: int) -> None:
        """All sessions of the account have ended."""
        self._end(self._of_account(account_id), "session-ended")
        self.operators.end_session(account_id=account_id, session_id=None)

    def end_with_tokens(self, *, now: float) -> None:
        """End the streams whose tokens have: a good one opens the next. `now` is in seconds since 1970."""
        self._end(self._token_ends.passed(now=now), "token-expired")

    def _of_account(self, account_id: int) -> list[LineStream]:
        return [stream for line in self._lines.values() for stream in line.by_account.get(account_id, ())]

    def _end(self, streams: Iterable[LineStream], reason: str) -> None:
        for stream in streams:
            if stream.has_begun:
                self._say_farewell(stream, reason)
            else:  # its place is being read: it ends at the next look
                self._token_ends.discard(stream)
                stream.expires_at = 0
                self._token_ends.add(stream)

    # Writing

    def _of(self, event_id: UUID, *account_ids: int) -> list[LineStream]:
        line = self._lines.get(event_id)
        if line is None:
            return []
        return [stream for account_id in account_ids for stream in line.by_account.get(account_id, ())]

    def _begun(self, event_id: UUID, *account_ids: int) -> list[LineStream]:
        return [stream for stream in self._of(event_id, *account_ids) if stream.has_begun]

    def _show_all(self, event_id: UUID, account_id: int, place: Place) -> None:
        for stream in self._begun(event_id, account_id):
            if not stream.stale:
                self.show(stream, place)

    def _write_frame(self, stream: LineStream, frame: Frame) -> None:
        if not stream.in_step or frame.seq <= stream.seq:
            return
        if stream.state == "registered" and frame.state not in _BEFORE_THE_DRAW_ENDS:
            # The numbers are drawn, or the event ended without: what they hear next is their own place.
            stream.in_step, stream.stale = False, True
            self.behind.add(stream.event_id)
            return
        stream.seq, stream.admitted = frame.seq, frame.admitted
        self._write(stream, frame.data)
        if frame.state in {"sold-out", "closed"} and stream.state == "waiting":
            self.show(stream, Place(frame.state, stream.number, None, frame.seq, frame.admitted))

    def _say_farewell(self, stream: LineStream, reason: str) -> None:
        # Different for each, so that they do not all knock at the next instance in the same millisecond.
        pause = 200 + hash((stream.account_id, stream.number)) % 800
        document = b'{"reconnect_after_ms":%d,"reason":"%s"}' % (pause, reason.encode())
        self._write(stream, encode_event("farewell", document))
        stream.end()

    def _write(self, stream: LineStream, data: bytes) -> None:
        stream.write(data, buffer_bytes_max=self._buffer_bytes_max)
