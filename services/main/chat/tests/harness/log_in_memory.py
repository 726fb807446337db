"""The log as a list, history as slow as a test wants it, and one who listens."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import cast
from uuid import UUID, uuid4

from autobahn.websocket.protocol import PreparedMessage

from chat.history.messages import Message, from_event
from chat.history.pages import History
from chat.history.worker_progress import WorkerProgress
from chat.live.log_end import Live
from chat.live.recent import RecentMessages
from chat.live.resume import Resume
from salon_contracts.events.chat import ChatMessageSentV1, Cursor
from salon_contracts.http.problem import DependencyDown
from salon_contracts.stores.chat_history import PARTITIONS, partition_of

ROOM = uuid4()
PARTITION = partition_of(str(ROOM))


def message(offset: int, *, room: UUID = ROOM, name: UUID | None = None, text: str = "x") -> Message:
    event = ChatMessageSentV1(
        trace_id="t" * 8,
        room_id=room,
        sender_id=1,
        client_message_id=name or UUID(int=offset),
        text=text,
        occurred_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return from_event(event, cursor=Cursor(1, offset), partition=PARTITION)


def frame(offset: int, *, name: UUID | None = None) -> bytes:
    return message(offset, name=name).frame.payloadHybi


class Ear:
    """A socket that remembers what it was sent."""

    def __init__(self) -> None:
        self.received: list[bytes] = []

    def send(self, frame: PreparedMessage) -> None:
        self.received.append(frame.payloadHybi)


class SlowHistory:
    """History in a list; while it is being read, `meanwhile` happens."""

    def __init__(self, messages: list[Message]) -> None:
        self.messages = messages
        self.meanwhile: Callable[[], None] = lambda: None

    def between(self, *, room_id: str, after: int, before: int, count: int) -> list[Message]:
        self.meanwhile()
        return [m for m in self.messages if after < m.offset < before][:count]


class Progress:
    """How far the worker is, asked once after another; and where the log ends, None while it has no leader."""

    def __init__(self, *stored_up_to: int | None, end_of_log: int | None = 0) -> None:
        self.answers = list(stored_up_to)
        self.end_of_log = end_of_log

    def is_in_log(self, partition: int, offset: int) -> bool:
        if self.end_of_log is None:
            raise DependencyDown(dependency="kafka", retry_after_seconds=2)
        return offset < self.end_of_log

    def stored_up_to(self, partition: int) -> int | None:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def live_from(offset: int, *, recent: RecentMessages | None = None) -> Live:
    live = Live(epoch=1, recent=recent)
    live.begin(dict.fromkeys(range(PARTITIONS), (offset, offset)))
    return live


def arrive(live: Live, *offsets: int) -> None:
    live.take_in([message(n) for n in offsets], {PARTITION: offsets[-1] + 1})


def resume_with(live: Live, history: SlowHistory, progress: Progress, threads: ThreadPoolExecutor) -> Resume:
    return Resume(
        live=live,
        history=cast(History, history),
        progress=cast(WorkerProgress, progress),
        threads=threads,
    )
