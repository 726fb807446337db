"""What main sends is what docs/chat-asyncapi.json says. (Every test of chat's sockets holds its frames against it.)"""

from __future__ import annotations

from uuid import uuid4

from chat.models import Room
from chat.socket.frames.reading import KNOWN
from chat.tests.harness.clients import connected
from chat.tests.harness.published_frames import names, what_is_wrong
from chat.tests.harness.servers import Server


async def test_each_kind_of_frame_is_sent_as_published(here: Server, room: Room) -> None:
    async with connected(here, room.customer) as customer:
        answers = [
            await customer.subscribe(room),
            await customer.send(room, "안녕하세요 🐶"),
            await customer.ask(type="ping"),
            await customer.ask(type="unsubscribe", room_id=str(room.pk)),
            await customer.ask(type="unsubscribe", room_id=str(room.pk)),
            await customer.ask(type="send", room_id=str(room.pk), client_message_id=str(uuid4()), text=5),
        ]
        await customer.until(lambda: len(customer.messages) == 1)

    sent = [*answers, *customer.messages]
    assert {frame["type"] for frame in sent} == names("give-frames")
    assert [what_is_wrong(frame) for frame in sent] == [[]] * len(sent)


def test_main_takes_the_frames_that_are_published_and_no_others() -> None:
    assert set(KNOWN) == names("take-frames")


def test_a_frame_that_is_not_as_published_is_noticed() -> None:
    ack = {"type": "ack", "reply_to": 1, "room_id": str(uuid4()), "client_message_id": str(uuid4()), "cursor": "1-1"}

    assert what_is_wrong(ack) == []
    assert what_is_wrong({**ack, "cursor": 1})
    assert what_is_wrong({**ack, "more": 1})
    assert what_is_wrong({"type": "hello"})
