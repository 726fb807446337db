"""One id leads from the click to what is stored."""

from __future__ import annotations

import os
from typing import Any
from uuid import uuid4

import aiohttp
from pymongo import MongoClient

from salon_contracts.stores.chat_history import MESSAGES
from tests.demo.scenarios.chat import stored_messages
from tests.e2e.conftest import Cast
from tests.harness.chat_client import ChatClient
from tests.harness.people import sign_up


async def test_the_id_a_socket_was_opened_with_is_found_in_mongodb(
    http: aiohttp.ClientSession, base_url: str, cast: Cast
) -> None:
    trace_id = uuid4().hex
    person = await sign_up(http)
    room = await person.api.expect(201, method="POST", path="/api/v1/rooms", json_body={"groomer_id": cast.groomer_id})
    device = ChatClient(base_url, token=person.token, trace_id=trace_id)
    await device.connect()
    name = str(uuid4())

    await device.send(room["id"], client_message_id=name, text="어디까지 가나요?")
    await device.close()
    await stored_messages(person, room["id"], due=1)

    mongodb: MongoClient[dict[str, Any]] = MongoClient(os.environ["MAIN_MONGODB_URL"], serverSelectionTimeoutMS=3_000)
    with mongodb:
        document = mongodb.get_default_database()[MESSAGES].find_one({"client_message_id": name})
    assert document is not None
    assert document["trace_id"] == trace_id


async def test_every_answer_carries_the_id_it_was_asked_under(http: aiohttp.ClientSession) -> None:
    trace_id = uuid4().hex

    for path in ("api/v1/salons", f"queue/v1/events/{uuid4()}", "healthz"):
        async with http.get(path, headers={"X-Request-ID": trace_id}) as answer:
            assert set(answer.headers.getall("X-Request-ID")) == {trace_id}
