"""Several tries to send one message: the first in the log is the message, whichever is confirmed first."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from chat.history.messages import Standing, from_event, words_of
from chat.live.log_end import Live
from chat.scripts.begin_send import Verdict, begin_send
from chat.scripts.note_cursor import note_cursor
from chat.scripts.notes_since import KEY, NotesSince, notes_since
from chat.socket.earlier_tries import is_surely_new, is_surely_recent
from chat.socket.sending import Sender
from chat.tests.harness.redis_of_chat import redis_of_chat
from salon_contracts.events.chat import ChatMessageSentV1, Cursor
from salon_contracts.stores.chat_history import partition_of

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)


async def test_what_the_log_decided_takes_the_place_of_what_an_attempt_left() -> None:
    one: Any = {"sender_id": 7, "name": f"name-{uuid4().hex}"}
    async with redis_of_chat() as redis:
        first = await begin_send(redis, digest="other words", **one)
        second = await begin_send(redis, digest="words", **one)

        await note_cursor(redis, digest="words", cursor=Cursor(1, 4), **one)
        third = await begin_send(redis, digest="words", **one)
        fourth = await begin_send(redis, digest="other words", **one)

    assert (first.verdict, second.verdict, second.other_words_stand) == (Verdict.FRESH, Verdict.REUSED, False)
    assert (third.verdict, third.cursor) == (Verdict.ACKNOWLEDGED, Cursor(1, 4))
    assert (fourth.verdict, fourth.other_words_stand) == (Verdict.REUSED, True)


async def test_every_note_goes_by_itself_in_the_end() -> None:
    one: Any = {"sender_id": 7, "name": f"name-{uuid4().hex}"}
    async with redis_of_chat() as redis:
        await note_cursor(redis, digest="words", cursor=Cursor(1, 4), **one)

        left = await redis.pttl(f"chat:{{7}}:sent:{one['name']}")

    assert 0 < left <= 24 * 60 * 60 * 1000


async def test_an_emptied_redis_shows_in_the_age_of_its_notes() -> None:
    async with redis_of_chat() as redis:
        before = await notes_since(redis)
        await asyncio.sleep(0.01)
        again = await notes_since(redis)
        await redis.delete(KEY)
        emptied = await notes_since(redis)
        await redis.hset(KEY, "run_id", "another server")
        replaced = await notes_since(redis)

    assert before.since_ms == again.since_ms < emptied.since_ms <= replaced.since_ms
    assert replaced.since_ms == replaced.now_ms


@pytest.mark.unit
@pytest.mark.parametrize(
    ("room_minutes", "name_minutes", "notes_minutes", "is_new"),
    [
        (10, None, 60, True),
        (60, None, 10, False),
        (60 * 30, None, 60 * 40, False),
        (60 * 30, 1, 60 * 40, True),
        (60 * 30, 60 * 24, 60 * 40, False),
        (60 * 30, 1, 10, False),
        (60 * 30, 1, 17, True),
    ],
)
def test_a_name_is_surely_new_when_its_room_or_itself_is_younger_than_the_notes(
    room_minutes: int, name_minutes: int | None, notes_minutes: int, is_new: bool
) -> None:
    notes = NotesSince(since_ms=NOW_MS - notes_minutes * 60_000, now_ms=NOW_MS)
    name = uuid4() if name_minutes is None else UUID(int=(NOW_MS - name_minutes * 60_000) << 80 | 7 << 76 | 2 << 62)

    room_began = NOW - timedelta(minutes=room_minutes)

    assert is_surely_new(name, room_began=room_began, notes=notes, our_now=NOW) is is_new
    assert not is_surely_new(name, room_began=room_began, notes=notes, our_now=NOW + timedelta(seconds=5))


@pytest.mark.unit
@pytest.mark.parametrize(
    ("room_minutes", "name_minutes", "read_minutes", "is_recent"),
    [(10, None, 60, True), (60, None, 10, False), (60, 1, 17, True), (60, 1, 10, False), (10, None, 10, False)],
)
def test_what_was_read_of_the_log_tells_of_a_name_when_its_room_or_itself_is_younger(
    room_minutes: int, name_minutes: int | None, read_minutes: int, is_recent: bool
) -> None:
    name = uuid4() if name_minutes is None else UUID(int=(NOW_MS - name_minutes * 60_000) << 80 | 7 << 76 | 2 << 62)
    room_began, complete_from = (NOW - timedelta(minutes=minutes) for minutes in (room_minutes, read_minutes))

    assert is_surely_recent(name, room_began=room_began, complete_from=complete_from) is is_recent


async def test_the_very_first_record_of_a_partition_counts_as_the_first_try_too() -> None:
    event = ChatMessageSentV1(trace_id="t", room_id=uuid4(), sender_id=7, client_message_id=uuid4(), text="안녕")
    partition = partition_of(str(event.room_id))
    live = Live(epoch=1)
    live.begin({partition: (0, 0)})
    live.take_in([from_event(event, cursor=Cursor(1, 0), partition=partition)], {partition: 3})
    nothing = dict.fromkeys(("history", "progress", "producer", "redis", "threads"))
    sender = Sender(live=live, **cast(Any, nothing))

    first = await sender._first_in_log(event, partition, 2)

    assert first == Standing(Cursor(1, 0), words_of("안녕"))
