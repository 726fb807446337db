"""The newest messages of every room, so that a short cut is mended without asking anybody."""

from __future__ import annotations

from collections import OrderedDict, deque

from chat.messages import Message

BYTES_PER_PARTITION = 8 * 1024 * 1024
NAMES_REMEMBERED = 50_000


class RecentMessages:
    """Holds the end of each partition, bounded in bytes, by room. Only the event loop touches it.

    For every partition there is one offset since which nothing is missing here.
    """

    def __init__(
        self, *, bytes_per_partition: int = BYTES_PER_PARTITION, names_remembered: int = NAMES_REMEMBERED
    ) -> None:
        self._bytes_per_partition = bytes_per_partition
        self._names_remembered = names_remembered
        self._complete_since: dict[int, int] = {}
        self._in_log_order: dict[int, deque[Message]] = {}
        self._bytes: dict[int, int] = {}
        self._by_room: dict[str, deque[Message]] = {}
        self._offset_of_name: OrderedDict[str, int] = OrderedDict()

    def begin(self, *, partition: int, offset: int) -> None:
        """From this offset on every message of the partition will be added."""
        self._complete_since[partition] = offset
        self._in_log_order[partition] = deque()
        self._bytes[partition] = 0

    def add(self, message: Message) -> bool:
        """False for a copy of a message that was here before: nobody must see it."""
        if message.name in self._offset_of_name:
            return False
        self._offset_of_name[message.name] = message.offset
        if len(self._offset_of_name) > self._names_remembered:
            self._offset_of_name.popitem(last=False)
        self._in_log_order[message.partition].append(message)
        self._by_room.setdefault(message.room_id, deque()).append(message)
        self._bytes[message.partition] += message.size
        while self._bytes[message.partition] > self._bytes_per_partition:
            self._forget_oldest(message.partition)
        return True

    def complete_since(self, partition: int) -> int:
        return self._complete_since[partition]

    def after(self, room_id: str, offset: int) -> list[Message]:
        """What is here of the room beyond `offset`, in order."""
        return [message for message in self._by_room.get(room_id, ()) if message.offset > offset]

    def offset_of(self, name: str) -> int | None:
        """Where the message of this name stands, if it passed here lately."""
        return self._offset_of_name.get(name)

    def _forget_oldest(self, partition: int) -> None:
        oldest = self._in_log_order[partition].popleft()
        self._bytes[partition] -= oldest.size
        self._complete_since[partition] = oldest.offset + 1
        room = self._by_room[oldest.room_id]
        room.popleft()
        if not room:
            del self._by_room[oldest.room_id]
