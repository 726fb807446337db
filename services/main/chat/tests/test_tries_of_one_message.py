"""Several tries to send one message: the first in the log is the message, whichever is confirmed first."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

from redis.asyncio import Redis

from chat.live import Live
from chat.messages import from_event, partition_of
from chat.scripts.begin_send import Verdict, begin_send
from chat.scripts.note_cursor import note_cursor, note_cursor_of_only_try
from chat.sending import Sender
from config.env import env
from salon_contracts.chat import ChatMessageSentV1, Cursor


async def test_a_try_gives_way_to_another_that_began_before_it_was_confirmed() -> None:
    redis = Redis.from_url(str(env.redis_url))
    one = {"sender_id": 7, "name": f"name-{uuid4().hex}"}
    async with redis:
        first = await begin_send(redis, digest="words", **cast(Any, one))
        second = await begin_send(redis, digest="words", **cast(Any, one))

        noted = await note_cursor_of_only_try(redis, cursor=Cursor(1, 5), **cast(Any, one))
        await note_cursor(redis, cursor=Cursor(1, 4), **cast(Any, one))
        third = await begin_send(redis, digest="words", **cast(Any, one))

    assert (first.verdict, second.verdict) == (Verdict.FRESH, Verdict.UNKNOWN)
    assert not noted
    assert (third.verdict, third.cursor) == (Verdict.ACKNOWLEDGED, Cursor(1, 4))


async def test_the_only_try_is_noted_at_once() -> None:
    redis = Redis.from_url(str(env.redis_url))
    one = {"sender_id": 7, "name": f"name-{uuid4().hex}"}
    async with redis:
        await begin_send(redis, digest="words", **cast(Any, one))

        noted = await note_cursor_of_only_try(redis, cursor=Cursor(1, 5), **cast(Any, one))
        again = await begin_send(redis, digest="words", **cast(Any, one))

    assert noted
    assert again.cursor == Cursor(1, 5)


async def test_the_very_first_record_of_a_partition_counts_as_the_first_try_too() -> None:
    event = ChatMessageSentV1(trace_id="t", room_id=uuid4(), sender_id=7, client_message_id=uuid4(), text="안녕")
    partition = partition_of(str(event.room_id))
    live = Live(epoch=1)
    live.begin({partition: (0, 0)})
    live.take_in([from_event(event, cursor=Cursor(1, 0), partition=partition)], {partition: 3})
    sender = Sender(**cast(Any, {"live": live, "history": None, "producer": None, "redis": None, "threads": None}))

    first = await sender._first_in_log(event, partition=partition, own=Cursor(1, 2))

    assert first == Cursor(1, 0)
