"""The newest messages of every room, so that a short cut is mended without asking anybody."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime
from typing import NamedTuple

from chat.history.messages import Message, Standing, words_of
from salon_contracts.events.chat import Cursor

BYTES_PER_PARTITION = 8 * 1024 * 1024
NAMES_REMEMBERED = 50_000


class _Name(NamedTuple):
    partition: int
    offset: int
    standing: Standing


class _Read(NamedTuple):
    message: Message
    at: datetime


class RecentMessages:
    """Holds the end of each partition, bounded in bytes, by room. Only the event loop touches it.

    For every partition there is one offset since which nothing is missing here, no message and no name, and a moment:
    what was sent after it is not older than that offset. Names are remembered for longer, up to a number.
    """

    def __init__(
        self, *, bytes_per_partition: int = BYTES_PER_PARTITION, names_remembered: int = NAMES_REMEMBERED
    ) -> None:
        self._bytes_per_partition = bytes_per_partition
        self._names_remembered = names_remembered
        self._complete_since: dict[int, int] = {}
        self._complete_from: dict[int, datetime] = {}
        self._in_log_order: dict[int, deque[_Read]] = {}
        self._bytes: dict[int, int] = {}
        self._by_room: dict[str, deque[Message]] = {}
        self._names: OrderedDict[str, _Name] = OrderedDict()

    def begin(self, *, partition: int, offset: int, now: datetime) -> None:
        """From this offset on every message of the partition will be added; the log's end lay there or beyond."""
        self._complete_since[partition] = offset
        self._complete_from[partition] = now
        self._in_log_order[partition] = deque()
        self._bytes[partition] = 0

    def add(self, message: Message, *, now: datetime) -> bool:
        """False for a copy of a message that was here before: nobody must see it."""
        if message.name in self._names:
            return False
        standing = Standing(Cursor.parse(message.body.cursor), words_of(message.body.text))
        self._names[message.name] = _Name(message.partition, message.offset, standing)
        self._in_log_order[message.partition].append(_Read(message, now))
        self._by_room.setdefault(message.room_id, deque()).append(message)
        self._bytes[message.partition] += message.size
        while self._bytes[message.partition] > self._bytes_per_partition:
            self._forget_oldest(message.partition)
        if len(self._names) > self._names_remembered:
            self._forget_oldest_name()
        return True

    def complete_since(self, partition: int) -> int:
        return self._complete_since[partition]

    def complete_from(self, partition: int) -> datetime:
        """By this process's clock: a message that was sent later has passed here, if the log is read so far."""
        return self._complete_from[partition]

    def after(self, room_id: str, offset: int) -> list[Message]:
        """What is here of the room beyond `offset`, in order."""
        return [message for message in self._by_room.get(room_id, ()) if message.offset > offset]

    def standing_of(self, name: str) -> Standing | None:
        """The first message of this name, if it passed here lately."""
        known = self._names.get(name)
        return known.standing if known is not None else None

    def _forget_oldest_name(self) -> None:
        _, known = self._names.popitem(last=False)
        while self._complete_since[known.partition] <= known.offset:
            self._forget_oldest(known.partition)

    def _forget_oldest(self, partition: int) -> None:
        oldest, read_at = self._in_log_order[partition].popleft()
        # Whatever lies before it in the log was sent before it was read here.
        self._complete_from[partition] = max(self._complete_from[partition], read_at)
        self._bytes[partition] -= oldest.size
        self._complete_since[partition] = oldest.offset + 1
        room = self._by_room[oldest.room_id]
        room.popleft()
        if not room:
            del self._by_room[oldest.room_id]
