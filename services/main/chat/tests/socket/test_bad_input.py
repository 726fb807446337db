"""What the socket refuses, how, and that it stays open."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from chat.models import Room
from chat.scripts.begin_send import BURST, MESSAGES_PER_SECOND
from chat.tests.harness.clients import Client, Frame, connected, until_closed
from chat.tests.harness.log import write_garbage
from chat.tests.harness.servers import Server

ROOM = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def others(make_room: Callable[[], Room]) -> Room:
    """A room of two other people."""
    return make_room()


async def _refusal_of(client: Client, raw: str | bytes) -> Any:
    before = len(client.problems)
    if isinstance(raw, bytes):
        await client.socket.send_bytes(raw)
    else:
        await client.socket.send_str(raw)
    await client.until(lambda: len(client.problems) > before)
    return client.problems[-1]


@pytest.mark.parametrize(
    ("raw", "code", "reply_to"),
    [
        (b"\x00\x01", "malformed-frame", None),
        ("", "malformed-frame", None),
        ("not json", "malformed-frame", None),
        ("[1, 2]", "malformed-frame", None),
        ("[" * 8000, "malformed-frame", None),
        ('"text"', "malformed-frame", None),
        ('{"type": "ping", "id": 1, "id": 2}', "malformed-frame", None),
        ('{"type": "ping", "id": 1e400}', "malformed-frame", None),
        ("{}", "unknown-type", None),
        ('{"type": "dance", "id": 7}', "unknown-type", 7),
        ('{"type": ["send"], "id": 7}', "unknown-type", 7),
        ('{"type": "ping"}', "malformed-frame", None),
        ('{"type": "ping", "id": "7"}', "malformed-frame", None),
        ('{"type": "ping", "id": true}', "malformed-frame", None),
        ('{"type": "ping", "id": -1}', "malformed-frame", -1),
        ('{"type": "ping", "id": 7, "more": 1}', "malformed-frame", 7),
        ('{"type": "subscribe", "id": 7}', "malformed-frame", 7),
        ('{"type": "subscribe", "id": 7, "room_id": "no uuid"}', "malformed-frame", 7),
        ('{"type": "subscribe", "id": 7, "room_id": 5}', "malformed-frame", 7),
        (f'{{"type": "subscribe", "id": 7, "room_id": "{ROOM}", "after": "4711"}}', "malformed-frame", 7),
        (f'{{"type": "subscribe", "id": 7, "room_id": "{ROOM}", "after": [1, 2]}}', "malformed-frame", 7),
        (f'{{"type": "subscribe", "id": 7, "room_id": "{ROOM}", "after": "1--2"}}', "malformed-frame", 7),
        (f'{{"type": "unsubscribe", "id": 7, "room_id": "{ROOM}"}}', "not-subscribed", 7),
        (f'{{"type": "subscribe", "id": 7, "room_id": "{ROOM}"}}', "room-not-found", 7),
        (f'{{"type": "send", "id": 7, "room_id": "{ROOM}", "text": "x"}}', "malformed-frame", 7),
        (
            f'{{"type": "send", "id": 7, "room_id": "{ROOM}", "client_message_id": "x", "text": "x"}}',
            "malformed-frame",
            7,
        ),
        (
            f'{{"type": "send", "id": 7, "room_id": "{ROOM}", "client_message_id": "{ROOM}", "text": ""}}',
            "malformed-frame",
            7,
        ),
        (
            f'{{"type": "send", "id": 7, "room_id": "{ROOM}", "client_message_id": "{ROOM}", "text": 5}}',
            "malformed-frame",
            7,
        ),
        (
            f'{{"type": "send", "id": 7, "room_id": "{ROOM}", "client_message_id": "{ROOM}", "text": "x"}}',
            "room-not-found",
            7,
        ),
        (
            json.dumps({"type": "send", "id": 7, "room_id": ROOM, "client_message_id": ROOM, "text": "가" * 2001}),
            "message-too-long",
            7,
        ),
    ],
)
async def test_a_bad_frame_is_refused_with_its_number_and_the_connection_stays(
    here: Server, room: Room, raw: str | bytes, code: str, reply_to: int | None
) -> None:
    async with connected(here, room.customer) as customer:
        refusal = await _refusal_of(customer, raw)
        pong = await customer.ask(type="ping")

    assert refusal["type"] == "problem"
    assert refusal["reply_to"] == reply_to
    assert refusal["problem"]["code"] == code
    assert set(refusal["problem"]) >= {"type", "title", "status", "code"}
    assert pong["type"] == "pong"


async def test_the_longest_message_is_taken(here: Server, room: Room) -> None:
    async with connected(here, room.customer) as customer:
        answer = await customer.send(room, "가" * 2000)

    assert answer["type"] == "ack"


@pytest.mark.parametrize("text", [" ", "\n\n", "\t \u3000", "\u3164", "\u115f\u1160", "\u2800", "\u00a0"])
async def test_a_message_of_which_nothing_can_be_seen_is_refused(here: Server, room: Room, text: str) -> None:
    async with connected(here, room.customer) as customer:
        refusal = await customer.send(room, text)
        answer = await customer.send(room, f"{text}.{text}")

    assert refusal["problem"]["code"] == "malformed-frame"
    assert answer["type"] == "ack"


async def test_lone_surrogates_are_refused(here: Server, room: Room) -> None:
    raw = json.dumps(
        {"type": "send", "id": 7, "room_id": str(room.pk), "client_message_id": str(uuid4()), "text": "\ud800"}
    )
    async with connected(here, room.customer) as customer:
        refusal = await _refusal_of(customer, raw)
        pong = await customer.ask(type="ping")

    assert refusal["problem"]["code"] == "malformed-frame"
    assert pong["type"] == "pong"


async def test_a_frame_over_the_limit_ends_the_connection(here: Server, room: Room) -> None:
    async with connected(here, room.customer) as customer:
        await customer.socket.send_str("x" * (16 * 1024 + 1))
        await until_closed(customer)

    assert customer.socket.closed
    assert customer.problems == []


async def test_too_much_garbage_ends_the_connection(here: Server, room: Room) -> None:
    async with connected(here, room.customer) as customer:
        for _ in range(40):
            await customer.socket.send_str("garbage")
        await until_closed(customer)

    assert customer.socket.close_code == 4400
    assert 20 <= len(customer.problems) < 40


async def test_the_problem_speaks_the_language_that_was_asked_for(here: Server, room: Room) -> None:
    async with connected(here, room.customer, **{"Accept-Language": "en"}) as customer:
        refusal = await _refusal_of(customer, "garbage")

    assert refusal["problem"]["title"] == "This frame cannot be understood"


async def test_somebody_elses_room_is_not_found(here: Server, room: Room, others: Room) -> None:
    async with connected(here, room.customer) as customer:
        answers = [await customer.subscribe(others), await customer.send(others, "let me in")]

    assert [answer["problem"]["code"] for answer in answers] == ["room-not-found", "room-not-found"]


async def test_a_refused_message_leaves_nothing(here: Server, room: Room, others: Room) -> None:
    async with connected(here, room.customer) as stranger, connected(here, others.customer) as customer:
        await customer.subscribe(others)

        await stranger.send(others, "let me in")
        await customer.send(others, "it is quiet here")
        await customer.until(lambda: "it is quiet here" in customer.texts())

    assert customer.texts() == ["it is quiet here"]


async def test_who_sends_too_fast_is_told_how_long_to_wait(here: Server, room: Room) -> None:
    async with connected(here, room.customer) as customer, connected(here, room.groomer.account) as groomer:
        began = time.monotonic()
        answers = await _sent_at_once(room, customer, count=200)
        seconds = time.monotonic() - began
        other = await groomer.send(room, "I may")
        refused = [answer for answer in answers if answer["type"] == "problem"]
        await asyncio.sleep(refused[-1]["problem"]["retry_after_seconds"])
        later = await customer.send(room, "after the wait")

    assert BURST <= 200 - len(refused) <= BURST + MESSAGES_PER_SECOND * seconds + 1
    assert {answer["problem"]["code"] for answer in refused} == {"rate-limited"}
    assert (other["type"], later["type"]) == ("ack", "ack")


async def test_the_rate_holds_over_instances(here: Server, there: Server, room: Room) -> None:
    async with connected(here, room.customer) as one, connected(there, room.customer) as other:
        began = time.monotonic()
        answers = await _sent_at_once(room, one, other, count=200)
        seconds = time.monotonic() - began

    acknowledged = sum(answer["type"] == "ack" for answer in answers)
    assert BURST <= acknowledged <= BURST + MESSAGES_PER_SECOND * seconds + 1


async def _sent_at_once(room: Room, *clients: Client, count: int) -> list[Frame]:
    """Thirty at a time: one after the other, a slow machine sends no faster than is allowed."""
    answers: list[Frame] = []
    for first in range(0, count, 30):
        some = (clients[n % len(clients)].send(room, f"m{n}") for n in range(first, min(first + 30, count)))
        answers += await asyncio.gather(*some)
    return answers


async def test_garbage_in_the_log_is_passed_over(here: Server, room: Room) -> None:
    async with connected(here, room.customer) as customer:
        await customer.subscribe(room)
        await asyncio.to_thread(write_garbage, room)
        await customer.send(room, "still here")
        await customer.until(lambda: bool(customer.messages))

    assert customer.texts() == ["still here"]
