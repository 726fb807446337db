"""Whether a message was sent before, when Redis has no note that says so.

A name that has never been used needs no look-up, and most are known to be new: the room or the name itself is younger
than the notes. For the others main looks at what it has read of the log lately and, for all before that, into history.
Where the room or the name is younger than what it has read, history has nothing to add, and may be away.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID

from chat.history.messages import Standing, words_of
from chat.history.pages import History
from chat.history.worker_progress import WorkerProgress
from chat.live.log_end import Live
from chat.scripts.notes_since import NotesSince
from salon_contracts.events.chat import ChatMessageSentV1, Cursor
from salon_contracts.http.problem import DependencyDown
from salon_contracts.stores.chat_history import id_of_event, partition_of
from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage

log = get_logger(__name__)

# How far a client's clock, which a UUIDv7 is made with, and the clocks of our machines may be off.
CLIENT_CLOCK_MS = 15 * 60 * 1000
OUR_CLOCKS_MS = 2_000
READ_WITHIN_SECONDS = 2.0
TIME_ORDERED = 7


def is_surely_new(name: UUID, *, room_began: datetime, notes: NotesSince, our_now: datetime) -> bool:
    """Without a note: can this name not have been used before the notes begin?"""
    if abs(our_now.timestamp() * 1000 - notes.now_ms) > OUR_CLOCKS_MS:
        return False
    return _earliest_use_ms(name, room_began) >= notes.complete_from_ms


def is_surely_recent(name: UUID, *, room_began: datetime, complete_from: datetime) -> bool:
    """Can this name not have been used before the moment from which this process has read all of the log?"""
    return _earliest_use_ms(name, room_began) >= complete_from.timestamp() * 1000 + OUR_CLOCKS_MS


def _earliest_use_ms(name: UUID, room_began: datetime) -> float:
    """Not before the room, nor before the name itself if it says when it was made."""
    earliest = room_began.timestamp() * 1000
    return max(earliest, made_at_ms(name) - CLIENT_CLOCK_MS) if name.version == TIME_ORDERED else earliest


def made_at_ms(name: UUID) -> int:
    """What a UUIDv7 says of the moment it was made at, in milliseconds of Unix time."""
    return name.int >> 80


class EarlierTries:
    def __init__(self, *, live: Live, history: History, progress: WorkerProgress, threads: ThreadPoolExecutor) -> None:
        self._live = live
        self._history = history
        self._progress = progress
        self._threads = threads

    async def find(self, event: ChatMessageSentV1, *, room_began: datetime) -> Standing | None:
        """The message that stands under this name in the log as far as this process has read it. None: there is none.

        Raises DependencyDown: it cannot be known.
        """
        name, partition = id_of_event(event), partition_of(str(event.room_id))
        if not await self._live.wait_until_live(partition=partition, within_seconds=READ_WITHIN_SECONDS):
            raise DependencyDown(dependency="kafka", retry_after_seconds=2)
        # In this order: what leaves the ring meanwhile was there before, and history is asked for all before the ring.
        complete_since = self._live.recent.complete_since(partition)
        if (standing := self._live.recent.standing_of(name)) is not None:
            return standing
        complete_from = self._live.recent.complete_from(partition)
        if is_surely_recent(event.client_message_id, room_began=room_began, complete_from=complete_from):
            return None
        loop = asyncio.get_running_loop()
        stored = await loop.run_in_executor(self._threads, self._stored, name, partition, complete_since)
        return stored or self._live.recent.standing_of(name)

    def _stored(self, name: str, partition: int, before: int) -> Standing | None:
        reached = self._progress.stored_up_to(partition, enough=before) if before else 0
        if reached is None or reached < before:
            outage(log.warning, "history_is_behind", reached=reached, needed=before)
            raise DependencyDown(dependency="chat-history", retry_after_seconds=5)
        found = self._history.find(name)
        if found is None:
            return None
        return Standing(Cursor.parse(found.body.cursor), words_of(found.body.text))
