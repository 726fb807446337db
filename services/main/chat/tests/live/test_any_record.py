"""Whatever stands in the chat's log: the fan-out lives, and the next message is delivered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from api.tests.harness.stepped_reader import everything_at_the_edges, sample_of, throw
from chat.live import fanout
from chat.live.fanout import Fanout
from chat.live.log_end import Live
from config.env import env
from messaging.tests.kafka import own_topic
from salon_contracts.events.chat import ChatMessageSentV1
from salon_contracts.events.topics import Topic
from salon_contracts.stores.chat_history import PARTITIONS
from salon_kit.testing.any_record import Thrown, drawn_records
from salon_kit.testing.foreign_client import send_with_header

ROOM = UUID("0192d7a0-0000-7000-8000-00000000c4a7")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Topic]:
    with own_topic(partitions=PARTITIONS) as topic:
        monkeypatch.setattr(fanout, "CHAT_MESSAGES", topic)
        yield topic


def message_of(text: str) -> ChatMessageSentV1:
    return ChatMessageSentV1(room_id=ROOM, sender_id=7, client_message_id=uuid4(), text=text, trace_id="t")


def under_the_rooms_key(records: list[Thrown]) -> list[Thrown]:
    """Else nearly all would be passed over for their key alone."""
    return [*(one._replace(key=str(ROOM).encode()) for one in records), *records]


async def after(log: Topic, records: list[Thrown]) -> list[str]:
    """The texts of the room that a fan-out has, when it has read all of these and a good one."""
    died: list[str] = []
    live = Live(epoch=1)
    reader = Fanout(brokers=env.kafka_brokers, live=live, on_death=died.append)
    reader.start()
    try:
        assert await live.wait_until_live(partition=0, within_seconds=20)
        last = Thrown(message_of("들려요?").to_bytes(), str(ROOM).encode())
        await asyncio.to_thread(throw, log, [*records, last])
        assert await live.wait_until_read(partition=0, offset=len(records), within_seconds=30), died
    finally:
        await asyncio.to_thread(reader.stop)
    assert died == []
    return [message.body.text for message in live.recent.after(str(ROOM), -1)]


async def test_after_any_record_at_any_edge_the_next_message_is_delivered(log: Topic) -> None:
    texts = await after(log, under_the_rooms_key(everything_at_the_edges(message_of("hello"))))

    assert texts[-1] == "들려요?"


@pytest.mark.parametrize("seed", range(3))
async def test_after_any_records_together_the_next_message_is_delivered(log: Topic, seed: int) -> None:
    texts = await after(log, under_the_rooms_key(drawn_records([sample_of(message_of("hello"))], count=100, seed=seed)))

    assert texts[-1] == "들려요?"


async def test_a_header_that_the_library_cannot_read_stops_nobody(log: Topic) -> None:
    died: list[str] = []
    live = Live(epoch=1)
    odd = message_of("odd header").to_bytes()
    await asyncio.to_thread(
        lambda: send_with_header(brokers=env.kafka_brokers, topic=log.name, partition=0, value=odd, name=b"\xff")
    )
    reader = Fanout(brokers=env.kafka_brokers, live=live, on_death=died.append)
    reader.start()

    read = await live.wait_until_live(partition=0, within_seconds=20)
    await asyncio.to_thread(reader.stop)

    assert (read, died) == (True, [])
