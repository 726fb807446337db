"""What was acknowledged stays what it is when Redis has lost its notes of it: history and the log know."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from chat.models import Room
from chat.scripts.notes_since import KEY
from chat.socket.earlier_tries import OUR_CLOCKS_MS
from chat.tests.harness.clients import connected, eventually, history_of
from chat.tests.harness.servers import Serve, Server
from serving.redis import shared_redis


@pytest.fixture(scope="module")
def without_mongodb(serve: Serve, worker: None) -> Server:
    return serve(MAIN_MONGODB_URL="mongodb://127.0.0.1:9/nowhere")


def _lose_notes(room: Room) -> None:
    notes = list(shared_redis().scan_iter(f"chat:{{{room.customer_id}}}:*"))
    assert shared_redis().delete(KEY, *notes) > 1


async def test_the_name_of_a_stored_message_is_known_without_a_note(here: Server, there: Server, room: Room) -> None:
    name = str(uuid4())
    async with connected(here, room.customer) as customer:
        first = await customer.send(room, "처음", name)
    stored = await eventually(lambda: history_of(here, room, room.customer), lambda page: bool(page["items"]))

    _lose_notes(room)
    async with connected(there, room.customer) as customer:
        other = await customer.send(room, "다른 말", name)
        again = await customer.send(room, "처음", name)
        await customer.send(room, "끝")
    page = await eventually(lambda: history_of(here, room, room.customer), lambda page: len(page["items"]) > 1)

    assert other["problem"]["code"] == "client-message-id-reused"
    assert again["cursor"] == first["cursor"] == stored["items"][0]["cursor"]
    assert [item["text"] for item in page["items"]] == ["처음", "끝"]


async def test_a_main_that_starts_anew_knows_it_too(here: Server, serve: Serve, room: Room) -> None:
    name = str(uuid4())
    async with connected(here, room.customer) as customer:
        first = await customer.send(room, "처음", name)
    _lose_notes(room)

    new = serve()
    async with connected(new, room.customer) as customer:
        other = await customer.send(room, "다른 말", name)
        again = await customer.send(room, "처음", name)

    assert other["problem"]["code"] == "client-message-id-reused"
    assert again["cursor"] == first["cursor"]


@pytest.fixture
def old_room(without_mongodb: Server, room: Room) -> Room:
    """Older than all that its mains have read."""
    Room.objects.filter(pk=room.pk).update(created_at=datetime(2020, 1, 1, tzinfo=UTC))
    return room


@pytest.fixture
def young_room(without_mongodb: Server, make_room: Callable[[], Room]) -> Room:
    """Younger, whatever the clocks of two machines may be off."""
    time.sleep(OUR_CLOCKS_MS / 1000 + 0.2)
    return make_room()


async def test_without_history_a_young_rooms_message_that_was_tried_before_is_sent_all_the_same(
    without_mongodb: Server, young_room: Room
) -> None:
    name = str(uuid4())
    async with connected(without_mongodb, young_room.customer) as customer:
        first = await customer.send(young_room, "한 번", name)
        _lose_notes(young_room)
        second = await customer.send(young_room, "한 번", name)
        _lose_notes(young_room)
        third = await customer.send(young_room, "처음", str(uuid4()))

    assert [answer["type"] for answer in (first, second, third)] == ["ack", "ack", "ack"]
    assert first["cursor"] == second["cursor"] < third["cursor"]


async def test_without_history_and_without_notes_chat_says_that_it_cannot_know(
    without_mongodb: Server, here: Server, old_room: Room
) -> None:
    room = old_room
    async with connected(here, room.customer) as customer, connected(here, room.groomer.account) as groomer:
        await groomer.subscribe(room)
        _lose_notes_of_nobody()
        async with connected(without_mongodb, room.customer) as cut_off:
            unknown = await cut_off.send(room, "was this said?")
        known = await customer.send(room, "this was not")
        await groomer.until(lambda: bool(groomer.messages))

    assert (unknown["problem"]["code"], unknown["problem"]["dependency"]) == ("dependency-down", "mongodb")
    assert known["type"] == "ack"
    assert groomer.texts() == ["this was not"]


def _lose_notes_of_nobody() -> None:
    shared_redis().delete(KEY)
