"""Chat between two mains in which everything can be lost or late: the log, history and the fan-out are lists."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast
from unittest.mock import patch
from uuid import UUID, uuid4

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from chat.errors import ClientMessageIdReused
from chat.history.messages import Message, from_event
from chat.live.log_end import Live
from chat.scripts.notes_since import KEY as NOTES_SINCE
from chat.socket import earlier_tries
from chat.socket.sending import Sender
from chat.tests.harness.redis_of_chat import redis_of_chat
from salon_contracts.events.chat import ChatMessageSentV1, Cursor
from salon_contracts.http.problem import DependencyDown
from salon_contracts.stores.chat_history import PARTITIONS, partition_of
from salon_kit.kafka.producer import NewRecord

ROOM = uuid4()
PARTITION = partition_of(str(ROOM))
WORDS = ("안녕하세요", "다른 말")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
REPLAYED = 3


Step = tuple[str, int, int, int]


class Record(NamedTuple):
    event: ChatMessageSentV1
    report: Callable[..., None]


class Place(NamedTuple):
    """What librdkafka gives with a report."""

    place: int

    def partition(self) -> int:
        return PARTITION

    def offset(self) -> int:
        return self.place


class Unreliable:
    """The real Redis, or none."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self.is_away = False

    async def eval(self, *args: Any) -> Any:
        self._insist()
        return await self._redis.eval(*args)

    async def evalsha(self, *args: Any) -> Any:
        self._insist()
        return await self._redis.evalsha(*args)

    def _insist(self) -> None:
        if self.is_away:
            raise RedisConnectionError("away")


@dataclass
class Main:
    live: Live
    sender: Sender
    in_flight: list[Record] = field(default_factory=list)

    def produce(self, record: NewRecord, report: Callable[..., None]) -> None:
        event = ChatMessageSentV1.model_validate_json(record.value or b"")
        self.in_flight.append(Record(event, report))


class Acknowledged(NamedTuple):
    name: UUID
    words: str
    cursor: Cursor


class World:
    def __init__(self, redis: Redis, threads: ThreadPoolExecutor) -> None:
        self.redis, self._raw, self._threads = Unreliable(redis), redis, threads
        self.room_began = LONG_AGO
        self.sender_id = uuid4().int % 2**40
        self.log: list[ChatMessageSentV1] = []
        self.history: dict[str, Message] = {}
        self.stored = 0
        self.mains = [self._new_main(), self._new_main()]
        self.acknowledged: list[Acknowledged] = []
        self.tasks: list[asyncio.Task[None]] = []

    def _new_main(self) -> Main:
        live = Live(epoch=1)
        start = max(0, len(self.log) - REPLAYED)
        live.begin({n: (start, len(self.log)) if n == PARTITION else (0, 0) for n in range(PARTITIONS)})
        main = Main(live, cast(Any, None))
        parts: dict[str, Any] = {"live": live, "history": self, "progress": self, "producer": main}
        main.sender = Sender(**parts, redis=cast(Redis, self.redis), threads=self._threads)
        return main

    # History and the chat-worker's progress, as main asks for them.

    def find(self, name: str) -> Message | None:
        return self.history.get(name)

    def stored_up_to(self, _partition: int, *, enough: int) -> int | None:
        return self.stored

    # What can happen.

    async def take(self, step: Step, names: list[UUID]) -> None:
        what, main, name, words = step
        acts: dict[str, Callable[[], object]] = {
            "send": lambda: self.send(main, names[name], WORDS[words]),
            "send at once": lambda: self.send_at_once(names[name], words),
            "reach": lambda: self.reach_the_log(main),
            "read": lambda: self.read(main),
            "store": self.store,
            "restart": lambda: self.start_anew(main),
            "filler": self.fill,
            "away": lambda: setattr(self.redis, "is_away", True),
            "back": lambda: setattr(self.redis, "is_away", False),
        }
        before = self._in_flight()
        await self.empty_redis() if what == "empty" else acts[what]()
        await asyncio.sleep(0.002)
        for _ in range(50 if what == "send" else 0):
            if self._in_flight() > before or self.tasks[-1].done():
                break
            await asyncio.sleep(0.002)

    def _in_flight(self) -> int:
        return sum(len(main.in_flight) for main in self.mains)

    def send(self, main: int, name: UUID, words: str) -> None:
        self.tasks.append(asyncio.create_task(self._send(self.mains[main], name, words)))

    def send_at_once(self, name: UUID, words: int) -> None:
        for main in range(len(self.mains)):
            self.send(main, name, WORDS[(words + main) % len(WORDS)])

    def reach_the_log(self, main: int) -> None:
        if self.mains[main].in_flight:
            record = self.mains[main].in_flight.pop(0)
            self.log.append(record.event)
            record.report(None, Place(len(self.log) - 1))

    def read(self, main: int) -> None:
        live = self.mains[main].live
        begin = live.next_offset(PARTITION) or 0
        messages = [
            from_event(self.log[n], cursor=Cursor(1, n), partition=PARTITION) for n in range(begin, len(self.log))
        ]
        live.take_in(messages, {PARTITION: len(self.log)})

    def store(self) -> None:
        for offset in range(self.stored, len(self.log)):
            message = from_event(self.log[offset], cursor=Cursor(1, offset), partition=PARTITION)
            self.history.setdefault(message.name, message)
        self.stored = len(self.log)

    def fill(self) -> None:
        """Others talk so much that a new main does not read the log from where we began."""
        self.log += [_of_another_room(self.sender_id) for _ in range(REPLAYED)]

    async def empty_redis(self) -> None:
        await self._raw.delete(NOTES_SINCE, *[key async for key in self._raw.scan_iter(f"chat:{{{self.sender_id}}}:*")])

    def start_anew(self, main: int) -> None:
        """Its sockets are cut; what it gave to the log before may still come there."""
        was = self.mains[main]
        self.mains[main] = self._new_main()
        self.mains[main].in_flight = [Record(record.event, lambda *_: None) for record in was.in_flight]

    async def settle(self) -> None:
        """Everything comes through in the end."""
        self.redis.is_away = False
        for _ in range(1_000):
            for main in range(len(self.mains)):
                while self.mains[main].in_flight:
                    self.reach_the_log(main)
                self.read(main)
            self.store()
            if all(task.done() for task in self.tasks):
                break
            await asyncio.sleep(0.005)
        await asyncio.gather(*self.tasks)

    async def _send(self, main: Main, name: UUID, words: str) -> None:
        try:
            handed_over = await main.sender.hand_over(
                room_id=ROOM,
                room_began=self.room_began,
                sender_id=self.sender_id,
                client_message_id=name,
                text=words,
            )
            cursor = handed_over if isinstance(handed_over, Cursor) else await main.sender.acknowledge(handed_over)
        except (ClientMessageIdReused, DependencyDown):
            return
        self.acknowledged.append(Acknowledged(name, words, cursor))

    def lies(self) -> list[Acknowledged]:
        return [
            ack
            for ack in self.acknowledged
            if (stands := self.history.get(f"{ROOM}:{self.sender_id}:{ack.name}")) is None
            or (stands.body.text, stands.body.cursor) != (ack.words, str(ack.cursor))
        ]


async def play(steps: list[Step], *, is_old_room: bool, names: list[UUID], clocks_agree: bool = False) -> World:
    """Where all clocks agree, a young room is one that began after the mains had begun to read."""
    slack_ms = 0 if clocks_agree else earlier_tries.OUR_CLOCKS_MS
    with ThreadPoolExecutor(2) as threads, patch.object(earlier_tries, "OUR_CLOCKS_MS", slack_ms):
        async with redis_of_chat() as redis:
            world = World(redis, threads)
            await world.mains[0].sender.watch_notes()
            world.room_began = LONG_AGO if is_old_room else datetime.now(UTC)
            for step in steps:
                await world.take(step, names)
            await world.settle()
            return world


def _of_another_room(sender_id: int) -> ChatMessageSentV1:
    return ChatMessageSentV1(
        trace_id="t", room_id=uuid4(), sender_id=sender_id, client_message_id=uuid4(), text="elsewhere"
    )
