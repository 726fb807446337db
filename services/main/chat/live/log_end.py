"""This process's view of the log's end: what has been read, what is recent, who listens. One event loop owns it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from chat import metrics
from chat.history.messages import Message
from chat.live.recent import RecentMessages
from chat.live.registry import Registry
from salon_contracts.events.chat import Cursor
from salon_contracts.stores.chat_history import PARTITIONS, partition_of


class Live:
    def __init__(self, *, epoch: int, recent: RecentMessages | None = None) -> None:
        self.epoch = epoch
        self.recent = recent or RecentMessages()
        self.registry = Registry()
        self._next_offset: dict[int, int] = {}
        self._replay_ends_at: dict[int, int] = {}
        self._waiting: dict[int, list[tuple[int, asyncio.Future[None]]]] = {n: [] for n in range(PARTITIONS)}

    def begin(self, spans: Mapping[int, tuple[int, int]]) -> None:
        """Reading starts here, for all partitions at once: each from its first offset; up to the second it is past."""
        now = datetime.now(UTC)
        for partition, (start, end) in spans.items():
            self.recent.begin(partition=partition, offset=start, now=now)
            self._replay_ends_at[partition] = end
        self._passed({partition: start for partition, (start, _end) in spans.items()})

    def take_in(self, messages: Sequence[Message], next_offsets: Mapping[int, int]) -> None:
        """What the fan-out has just read, in log order. Copies go no further."""
        now = datetime.now(UTC)
        for message in messages:
            if self.recent.add(message, now=now):
                metrics.fanned_out.inc()
                self.registry.deliver(message)
                self._count_delay(message, now)
            else:
                metrics.copies.inc()
        self._passed(next_offsets)

    def _count_delay(self, message: Message, now: datetime) -> None:
        # What is read again at the start is the past, and late for nobody.
        if message.offset >= self._replay_ends_at.get(message.partition, 0):
            metrics.delay_seconds.observe(max(0.0, (now - message.sent_at).total_seconds()))

    def next_offset(self, partition: int) -> int | None:
        """Everything before it has been delivered here. None until reading has begun."""
        return self._next_offset.get(partition)

    def end_of(self, room_id: str) -> Cursor | None:
        """A cursor at which a client of this room has everything that was delivered so far."""
        next_offset = self.next_offset(partition_of(room_id))
        return Cursor(self.epoch, next_offset - 1) if next_offset else None

    async def wait_until_live(self, *, partition: int, within_seconds: float) -> bool:
        """Wait until the past that is read at the start has been read. False if that did not happen in time."""
        if not await self.wait_until_read(partition=partition, offset=-1, within_seconds=within_seconds):
            return False
        last = self._replay_ends_at[partition] - 1
        return await self.wait_until_read(partition=partition, offset=last, within_seconds=within_seconds)

    async def wait_until_read(self, *, partition: int, offset: int, within_seconds: float) -> bool:
        """Wait for the record at `offset` to have passed here. False if it did not come in time."""
        if (self._next_offset.get(partition, -1)) > offset:
            return True
        waiter = (offset, asyncio.get_running_loop().create_future())
        self._waiting[partition].append(waiter)
        try:
            await asyncio.wait_for(waiter[1], within_seconds)
        except TimeoutError:
            return False
        finally:
            if waiter in self._waiting[partition]:
                self._waiting[partition].remove(waiter)
        return True

    def _passed(self, next_offsets: Mapping[int, int]) -> None:
        self._next_offset.update(next_offsets)
        for partition, next_offset in next_offsets.items():
            if not self._waiting[partition]:
                continue
            for offset, passed in self._waiting[partition]:
                if offset < next_offset and not passed.done():
                    passed.set_result(None)
