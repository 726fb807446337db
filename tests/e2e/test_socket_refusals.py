"""The chat socket answers garbage with a problem and goes on; what it refuses nobody hears."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from tests.demo.scenarios.chat import stored_messages
from tests.e2e.conftest import Cast
from tests.harness.chat_client import ChatClient, ChatRefused
from tests.harness.people import Person, sign_up
from tests.harness.waiting import until

GARBAGE = {
    "no JSON": "멍멍",
    "half an object": '{"type": "send"',
    "no object": "[1, 2]",
    "no type": '{"id": 1}',
    "depth": "[" * 5_000,
    "not a number": '{"type": "ping", "id": NaN}',
}


@pytest.fixture
async def talk(http: aiohttp.ClientSession, base_url: str, cast: Cast) -> AsyncIterator[tuple[Person, str, ChatClient]]:
    """A customer in a room of their own, subscribed."""
    person = await sign_up(http)
    room = await person.api.expect(201, method="POST", path="/api/v1/rooms", json_body={"groomer_id": cast.groomer_id})
    device = ChatClient(base_url, token=person.token)
    await device.connect()
    await device.subscribe(room["id"], after=None)
    yield person, room["id"], device
    await device.close()


@pytest.mark.parametrize("text", GARBAGE.values(), ids=GARBAGE.keys())
async def test_garbage_is_answered_and_the_socket_goes_on(talk: tuple[Person, str, ChatClient], text: str) -> None:
    _, room_id, device = talk

    await device.send_raw(text)

    assert await until(lambda: bool(device.problems), seconds=5)
    assert device.problems[0]["code"] in {"malformed-frame", "unknown-type"}
    assert await device.send(room_id, client_message_id=str(uuid4()), text="아직 있어요")


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"type": "dance"}, "unknown-type"),
        ({"type": "send"}, "malformed-frame"),
        ({"type": "send", "room_id": "ROOM", "client_message_id": "ID", "text": ""}, "malformed-frame"),
        ({"type": "send", "room_id": "ROOM", "client_message_id": "ID", "text": 5}, "malformed-frame"),
        ({"type": "send", "room_id": "ROOM", "client_message_id": "no", "text": "a"}, "malformed-frame"),
        ({"type": "send", "room_id": "ROOM", "client_message_id": "ID", "text": "멍" * 2_001}, "message-too-long"),
        ({"type": "send", "room_id": "ROOM", "client_message_id": "ID", "text": "a", "as": 1}, "malformed-frame"),
        ({"type": "send", "room_id": str(uuid4()), "client_message_id": "ID", "text": "a"}, "room-not-found"),
        ({"type": "subscribe", "room_id": "ROOM", "after": "yesterday"}, "malformed-frame"),
        ({"type": "subscribe", "room_id": "ROOM", "after": 5}, "malformed-frame"),
        ({"type": "subscribe", "room_id": str(uuid4()), "after": None}, "room-not-found"),
        ({"type": "unsubscribe", "room_id": str(uuid4())}, "not-subscribed"),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_a_frame_that_does_not_fit_is_refused_and_nobody_hears_it(
    talk: tuple[Person, str, ChatClient], frame: dict[str, Any], code: str
) -> None:
    person, room_id, device = talk
    filled = {
        name: {"ROOM": room_id, "ID": str(uuid4())}.get(value, value) if isinstance(value, str) else value
        for name, value in frame.items()
    }

    with pytest.raises(ChatRefused) as refusal:
        await device.ask(filled)

    assert refusal.value.code == code
    assert refusal.value.problem["title"]
    await device.send(room_id, client_message_id=str(uuid4()), text="끝")
    stored = await stored_messages(person, room_id, due=1)
    assert [message["text"] for message in stored] == ["끝"]


async def test_a_frame_larger_than_the_socket_takes_harms_nobody_else(
    talk: tuple[Person, str, ChatClient], base_url: str
) -> None:
    person, room_id, device = talk

    await device.send_raw(json.dumps({"type": "send", "id": 1, "text": "x" * 200_000}))

    assert await until(lambda: device.closed or bool(device.problems), seconds=5)
    other = ChatClient(base_url, token=person.token)
    await other.connect()
    assert await other.send(room_id, client_message_id=str(uuid4()), text="여전히")
    await other.close()


async def test_the_same_name_twice_is_one_message_with_one_cursor(talk: tuple[Person, str, ChatClient]) -> None:
    person, room_id, device = talk
    name = str(uuid4())

    first = await device.send(room_id, client_message_id=name, text="한 번")
    second = await device.send(room_id, client_message_id=name, text="한 번")

    assert first == second
    stored = await stored_messages(person, room_id, due=1)
    assert [message["cursor"] for message in stored] == [first]


async def test_the_same_name_for_other_words_is_refused(talk: tuple[Person, str, ChatClient]) -> None:
    _, room_id, device = talk
    name = str(uuid4())
    await device.send(room_id, client_message_id=name, text="하나")

    with pytest.raises(ChatRefused, match="client-message-id-reused"):
        await device.send(room_id, client_message_id=name, text="둘")


async def test_talking_too_fast_is_refused_with_a_time_to_wait(talk: tuple[Person, str, ChatClient]) -> None:
    _, room_id, device = talk

    for number in range(400):
        frame = {"type": "send", "id": 10_000 + number, "room_id": room_id, "text": "!"}
        await device.send_raw(json.dumps({**frame, "client_message_id": str(uuid4())}))
    assert await until(lambda: any(problem["code"] == "rate-limited" for problem in device.problems), seconds=10)

    refused = next(problem for problem in device.problems if problem["code"] == "rate-limited")
    assert refused["retry_after_seconds"] >= 1
    assert not device.closed
