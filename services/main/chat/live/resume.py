"""Join a room's live stream, after what was missed: no gap, no duplicate, or an honest "not recovered"."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from chat import metrics
from chat.history.messages import Message
from chat.history.pages import History
from chat.history.worker_progress import WorkerProgress
from chat.live.log_end import Live
from chat.live.registry import Listener, Subscription
from chat.live.slots import Slots
from salon_contracts.events.chat import Cursor
from salon_contracts.http.problem import DependencyDown
from salon_contracts.stores.chat_history import partition_of
from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage

log = get_logger(__name__)

WAIT_SECONDS_MAX = 2.0
MAX_MISSED = 500
# Well below what a socket may have unsent (serving.sockets.connection): a recovery must not end the connection.
MAX_MISSED_BYTES = 512 * 1024
ASK_AGAIN_SECONDS = 0.05


class Subscribed(NamedTuple):
    """`cursor`: everything up to here has been given. Not recovered: read the history up to here.

    `given` is how many messages were given to catch up.
    """

    recovered: bool
    cursor: Cursor | None
    given: int = 0


class Resume:
    """What it takes to find missed messages: this process's recent ones, and history for those before.

    Only what asks history has to have a slot. Waiting for the log costs nothing, and a client decides by its cursor how
    long that is: whoever waited in a slot would keep it from those who have something to read.
    """

    def __init__(self, *, live: Live, history: History, progress: WorkerProgress, threads: ThreadPoolExecutor) -> None:
        self._live = live
        self._history = history
        self._progress = progress
        self._threads = threads
        self._slots = Slots()

    async def subscribe(self, *, listener: Listener, account_id: int, room_id: str, after: Cursor | None) -> Subscribed:
        """Register first, then look back, then go live; what arrives in between is held.

        Raises DependencyDown if this process does not read the log (yet) or is behind the client, RateLimited if too
        many ask history at the moment. A subscription that was there before stays.
        """
        subscription = self._live.registry.add(room_id, listener)
        try:
            await self._reading_has_begun(room_id)
            missed = await self._missed(account_id, room_id, after) if after is not None else None
        except BaseException:
            self._live.registry.give_up(room_id, listener, subscription)
            raise
        # No await from here on: what the loop does not interleave cannot leave a gap.
        if after is None or missed is None or not _fits(missed) or subscription.overflowed:
            return self._start_at_the_end(subscription, room_id)
        subscription.skip_to(after.offset)
        for message in missed:
            subscription.give(message)
        subscription.go_live()
        end = self._live.end_of(room_id)
        cursor = max(after, end) if end is not None else after
        return Subscribed(recovered=True, cursor=cursor, given=len(missed))

    def _start_at_the_end(self, subscription: Subscription, room_id: str) -> Subscribed:
        end = self._live.end_of(room_id)
        subscription.skip_to(end.offset if end is not None else -1)
        subscription.go_live()
        return Subscribed(recovered=False, cursor=end)

    async def _reading_has_begun(self, room_id: str) -> None:
        if not await self._live.wait_until_live(partition=partition_of(room_id), within_seconds=WAIT_SECONDS_MAX):
            raise DependencyDown(dependency="kafka", retry_after_seconds=2)

    async def _missed(self, account_id: int, room_id: str, after: Cursor) -> list[Message] | None:
        """Everything of the room beyond `after` that this process had read by now. None if that cannot be had.

        Raises DependencyDown if the client has read further than this process.
        """
        partition = partition_of(room_id)
        if after.epoch != self._live.epoch:
            return None
        if not await self._has_come_as_far(partition, after.offset):
            return None
        complete_since = self._live.recent.complete_since(partition)
        recent = self._live.recent.after(room_id, after.offset)
        if complete_since <= after.offset + 1:
            return recent
        metrics.ring_misses.inc()
        async with self._slots.slot(account_id):
            stored = await self._stored(room_id, after=after.offset, before=complete_since)
        if stored is None:
            return None
        names = {message.name for message in stored}
        # `recent` may have lost its oldest while history was read, but this list was taken before.
        return stored + [message for message in recent if message.name not in names]

    async def _has_come_as_far(self, partition: int, offset: int) -> bool:
        """False if the log never had that offset: the cursor is not ours.

        The instance that the client was at may have been ahead of this one. While the log is without a leader that can
        be for long; to begin at our own end would then give what the client has had already.
        """
        if await self._live.wait_until_read(partition=partition, offset=offset, within_seconds=WAIT_SECONDS_MAX):
            return True
        loop = asyncio.get_running_loop()
        if await loop.run_in_executor(self._threads, self._progress.is_in_log, partition, offset):
            outage(log.warning, "behind_the_client", partition=partition, offset=offset)
            raise DependencyDown(dependency="kafka", retry_after_seconds=2)
        return False

    async def _stored(self, room_id: str, *, after: int, before: int) -> list[Message] | None:
        """What history has of after < offset < before, once the chat-worker has come that far."""
        loop = asyncio.get_running_loop()
        until = time.monotonic() + WAIT_SECONDS_MAX
        while True:
            reached = await loop.run_in_executor(self._threads, self._progress.stored_up_to, partition_of(room_id))
            if reached is not None and reached >= before:
                break
            if time.monotonic() >= until:
                outage(log.warning, "history_is_behind", reached=reached, needed=before)
                return None
            await asyncio.sleep(ASK_AGAIN_SECONDS)
        try:
            return await loop.run_in_executor(
                self._threads,
                lambda: self._history.between(room_id=room_id, after=after, before=before, count=MAX_MISSED + 1),
            )
        except DependencyDown:
            outage(log.warning, "history_unreachable")
            return None


def _fits(missed: list[Message]) -> bool:
    return len(missed) <= MAX_MISSED and sum(message.size for message in missed) <= MAX_MISSED_BYTES
