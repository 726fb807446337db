"""The streams that are open at this instance, and what is sent to them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson

from coupon_queue.line.tickets import Tickets
from coupon_queue.scripts import Place
from coupon_queue.streams.line_stream import LineStream, StreamState
from coupon_queue.streams.open_stream import encode_event
from coupon_queue.streams.operator_stream import OperatorStreams
from coupon_queue.streams.stream_writer import StreamWriter
from coupon_queue.streams.streams_of_line import Frame, StreamsOfLine, changed_place, shown
from coupon_queue.streams.token_ends import TokenEnds

# Writes between two looks at the rest of the loop, so that 15,000 streams do not hold up a request.
_WRITES_AT_ONCE = 500
_BEFORE_THE_DRAW_ENDS = frozenset({"not-open", "drawing"})


class OpenStreams:
    """Every stream here. A stream is registered before its place is read, so no change falls between."""

    def __init__(self, *, tickets: Tickets, buffer_bytes_max: int) -> None:
        self._writer = StreamWriter(tickets=tickets, buffer_bytes_max=buffer_bytes_max)
        self._lines: dict[UUID, StreamsOfLine] = {}
        self.unreported: set[tuple[UUID, int]] = set()
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
        """The number that every account with a stream of this line here was sent last; 0 is registered for a draw."""
        line = self._lines.get(event_id)
        return {account: streams[0].number_sent for account, streams in line.by_account.items()} if line else {}

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
            self.unreported.add((stream.event_id, stream.account_id))
        if not line.by_account:
            del self._lines[stream.event_id]

    def show(self, stream: LineStream, place: Place) -> None:
        """Write a place that was just read, then every frame since. From now on the stream is in step."""
        self._writer.place(stream, place)
        if place.is_final:
            return
        stream.state = StreamState.IN_STEP
        for frame in list(self._lines[stream.event_id].frames) if stream.event_id in self._lines else ():
            self._write_frame(stream, frame)
        if self.is_leaving:
            self._writer.farewell(stream, "instance-leaving")

    def refuse(self, *, event_id: UUID, account_id: int, problem: dict[str, Any]) -> None:
        """End an account's streams with a problem: its place cannot be had any more."""
        for stream in self._of(event_id, account_id):
            self._writer.problem(stream, problem)

    # While places are read (see `presence`)

    def begin_reading(self, *, event_id: UUID, account_ids: Sequence[int]) -> None:
        for stream in self._begun(event_id, *account_ids):
            stream.state = StreamState.JOINING

    def show_account(self, *, event_id: UUID, account_id: int, place: Place) -> None:
        """Show a place that was just read to all streams of the account, but to those whose place changed meanwhile."""
        for stream in self._begun(event_id, account_id):
            if stream.state is not StreamState.STALE:
                self.show(stream, place)

    def stale_accounts(self, *, event_id: UUID, account_ids: Sequence[int]) -> list[int]:
        """Those of the accounts whose places have to be read again."""
        streams = self._begun(event_id, *account_ids)
        return sorted({stream.account_id for stream in streams if stream.state is StreamState.STALE})

    # What is sent to everybody or somebody

    def lose_step(self, *event_ids: UUID) -> None:
        """Something may have been missed: nobody here is sent a frame before their place was read again.

        Else the frame that ends a line would tell a winner, whose coupon was missed, that all is gone.
        """
        for event_id in event_ids:
            self.behind.add(event_id)
            for stream in self._lines[event_id].streams() if event_id in self._lines else ():
                stream.state = StreamState.STALE

    async def send_frame(self, *, event_id: UUID, document: bytes) -> None:
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

    def send_changes(self, *, event_id: UUID, changes: Iterable[dict[str, Any]]) -> list[int]:
        """Write changes of places to the streams of the people concerned.

        Returns the accounts that are back in line: how many are ahead of them has to be read.
        """
        line = self._lines.get(event_id)
        if line is None:
            return []
        back_in_line: list[int] = []
        for change in changes:
            account_id = int(change["account"])
            for stream in tuple(line.by_account.get(account_id, ())):
                if stream.state is not StreamState.IN_STEP:
                    stream.state = StreamState.STALE
                elif change["state"] == "waiting":
                    back_in_line.append(account_id)
                else:
                    with shown(change):
                        self.show(stream, changed_place(change, known=stream))
        return back_in_line

    def keep_alive(self) -> None:
        """A comment for the streams of lines that had nothing to say, so that no proxy cuts them."""
        for line in self._lines.values():
            if not line.written:
                for stream in tuple(line.streams()):
                    self._writer.keepalive(stream)
            line.written = False

    def farewell(self) -> None:
        """This instance is going: ask everybody to reconnect, spread over a second."""
        self.is_leaving = True
        self.operators.end_all()
        for line in tuple(self._lines.values()):
            for stream in tuple(line.streams()):
                self._writer.farewell(stream, "instance-leaving")

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
                self._writer.farewell(stream, reason)
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

    def _write_frame(self, stream: LineStream, frame: Frame) -> None:
        if stream.state is not StreamState.IN_STEP or frame.seq <= stream.seq:
            return
        if stream.place_state == "registered" and frame.state not in _BEFORE_THE_DRAW_ENDS:
            # The numbers are drawn, or the event ended without: what they hear next is their own place.
            stream.state = StreamState.STALE
            self.behind.add(stream.event_id)
            return
        self._writer.frame(stream, frame)
        if frame.state in {"sold-out", "closed"} and stream.place_state == "waiting":
            self.show(stream, Place(frame.state, stream.number, None, frame.seq, frame.admitted))
