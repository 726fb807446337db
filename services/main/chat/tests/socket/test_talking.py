"""Two people talk, over two instances, with real sockets."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from chat.models import Room
from chat.tests.harness.clients import connected, eventually, history_of
from chat.tests.harness.servers import Server


async def test_a_message_reaches_the_other_instance_and_its_sender_with_the_cursor_of_the_ack(
    here: Server, there: Server, room: Room
) -> None:
    async with connected(here, room.customer) as customer, connected(there, room.groomer.account) as groomer:
        await customer.subscribe(room)
        await groomer.subscribe(room)

        name = str(uuid4())
        ack = await customer.send(room, "안녕하세요 🐶", name)
        await groomer.until(lambda: len(groomer.messages) == 1)
        await customer.until(lambda: len(customer.messages) == 1)

    assert ack["type"] == "ack"
    assert ack["client_message_id"] == name
    (message,) = groomer.messages
    assert message == customer.messages[0]
    assert message["text"] == "안녕하세요 🐶"
    assert message["cursor"] == ack["cursor"]
    assert message["sender_id"] == room.customer_id
    assert set(message) == {"type", "room_id", "cursor", "sender_id", "client_message_id", "text", "sent_at"}


async def test_history_equals_what_was_received(here: Server, there: Server, room: Room) -> None:
    async with connected(here, room.customer) as customer, connected(there, room.groomer.account) as groomer:
        await customer.subscribe(room)
        await groomer.subscribe(room)
        for n in range(10):
            await customer.send(room, f"질문 {n}")
            await groomer.send(room, f"대답 {n}")
        await groomer.until(lambda: len(groomer.messages) == 20)
        await customer.until(lambda: len(customer.messages) == 20)

    page = await eventually(
        lambda: history_of(here, room, room.customer, limit="50"), lambda page: len(page["items"]) == 20
    )

    received = [{name: value for name, value in m.items() if name != "type"} for m in groomer.messages]
    assert page["items"] == received
    assert groomer.messages == customer.messages
    assert groomer.cursors() == sorted(set(groomer.cursors()))


async def test_messages_of_one_sender_keep_their_order_without_waiting_for_acks(
    here: Server, there: Server, room: Room
) -> None:
    async with connected(here, room.customer) as customer, connected(there, room.groomer.account) as groomer:
        await groomer.subscribe(room)

        answers = [
            await customer.begin(type="send", room_id=str(room.pk), client_message_id=str(uuid4()), text=f"m{n}")
            for n in range(50)
        ]
        acks = await asyncio.gather(*answers)
        await groomer.until(lambda: len(groomer.messages) == 50)

    assert {ack["type"] for ack in acks} == {"ack"}
    assert groomer.texts() == [f"m{n}" for n in range(50)]


async def test_a_resent_message_gets_the_same_ack_and_is_seen_once(here: Server, there: Server, room: Room) -> None:
    name = str(uuid4())
    async with connected(here, room.customer) as first, connected(there, room.groomer.account) as groomer:
        await groomer.subscribe(room)
        ack = await first.send(room, "한 번만", name)
        async with connected(there, room.customer) as second:
            again = await second.send(room, "한 번만", name)
            await second.send(room, "끝")
            await groomer.until(lambda: "끝" in groomer.texts())

    assert again["cursor"] == ack["cursor"]
    assert groomer.texts() == ["한 번만", "끝"]


async def test_a_used_name_with_other_words_is_refused(here: Server, room: Room) -> None:
    name = str(uuid4())
    async with connected(here, room.customer) as customer:
        await customer.send(room, "처음", name)

        answer = await customer.send(room, "다른 말", name)

    assert answer["problem"]["code"] == "client-message-id-reused"


async def test_two_tries_at_once_under_one_name_are_one_message(here: Server, there: Server, room: Room) -> None:
    name = str(uuid4())
    async with (
        connected(here, room.customer) as one,
        connected(there, room.customer) as other,
        connected(there, room.groomer.account) as groomer,
    ):
        await groomer.subscribe(room)

        acks = await asyncio.gather(*(client.send(room, "동시에", name) for client in (one, other, one, other)))
        await one.send(room, "끝")
        await groomer.until(lambda: "끝" in groomer.texts())

    assert groomer.texts() == ["동시에", "끝"]
    assert {ack["cursor"] for ack in acks} == {groomer.messages[0]["cursor"]}


async def test_who_left_hears_nothing_more(here: Server, room: Room) -> None:
    async with connected(here, room.customer) as customer:
        await customer.subscribe(room)
        left = await customer.ask(type="unsubscribe", room_id=str(room.pk))
        await customer.send(room, "혼잣말")
        pong = await customer.ask(type="ping")

    assert left["type"] == "unsubscribed"
    assert pong["type"] == "pong"
    assert customer.messages == []
