"""A cut and a resume: no gap, no duplicate, or `recovered: false`."""

from __future__ import annotations

import asyncio

import pytest

from chat.live.resume import MAX_MISSED
from chat.models import Room
from chat.tests.harness.clients import Client, connected, eventually, history_of
from chat.tests.harness.log import write_beside, write_into
from chat.tests.harness.servers import Serve, Server
from config.env import env
from salon_contracts.events.chat import Cursor


async def _keep_sending(client: Client, room: Room, *, count: int, who: str) -> list[tuple[Cursor, str]]:
    sent = []
    for n in range(count):
        answer = await client.send(room, f"{who} {n}")
        assert answer["type"] == "ack", answer
        sent.append((Cursor.parse(answer["cursor"]), f"{who} {n}"))
        await asyncio.sleep(0.02)
    return sent


async def test_cut_again_and_again_under_load_the_other_instance_continues_without_gap_or_duplicate(
    here: Server, there: Server, room: Room
) -> None:
    received: list[tuple[Cursor, str]] = []
    instances = [there, here] * 50
    async with connected(here, room.customer) as customer, connected(there, room.groomer.account) as groomer:
        after = (await customer.send(room, "before the first cut"))["cursor"]
        sending = asyncio.gather(
            _keep_sending(customer, room, count=80, who="customer"),
            _keep_sending(groomer, room, count=80, who="groomer"),
        )

        lives = 0
        while not sending.done():
            lives += 1
            async with connected(instances.pop(), room.groomer.account) as device:
                assert (await device.subscribe(room, after))["recovered"] is True
                await asyncio.sleep(0.05)
                received += zip(device.cursors(), device.texts(), strict=True)
            after = str(received[-1][0]) if received else after
        by_customer, by_groomer = await sending
        last, _ = max(by_customer + by_groomer)
        async with connected(here, room.groomer.account) as device:
            await device.subscribe(room, after)
            # What another instance has acknowledged a moment ago may come live here.
            await device.until(lambda: str(last) == after or last in device.cursors())
            received += zip(device.cursors(), device.texts(), strict=True)

    assert lives > 5
    assert received == sorted(by_customer + by_groomer)


async def test_missed_messages_come_before_the_answer_and_live_ones_after(
    here: Server, there: Server, room: Room
) -> None:
    async with connected(here, room.customer) as customer, connected(there, room.groomer.account) as groomer:
        ack = await customer.send(room, "seen")
        await customer.send(room, "missed 1")
        last = await customer.send(room, "missed 2")
        async with connected(there, room.groomer.account) as other_device:
            await other_device.subscribe(room, last["cursor"])  # so that this instance, too, has read it

        subscribed = await groomer.subscribe(room, ack["cursor"])
        at_answer = groomer.texts()
        await customer.send(room, "live")
        await groomer.until(lambda: len(groomer.messages) == 3)

    assert at_answer == ["missed 1", "missed 2"]
    assert subscribed["recovered"] is True
    assert Cursor.parse(subscribed["cursor"]) >= Cursor.parse(last["cursor"])
    assert groomer.texts() == ["missed 1", "missed 2", "live"]


async def test_an_instance_that_has_just_started_resumes_from_history(here: Server, serve: Serve, room: Room) -> None:
    """More messages than a new instance reads again from the log, so the older ones can only be in MongoDB."""
    async with connected(here, room.customer) as customer:
        ack = await customer.send(room, "before the cut")
        await customer.send(room, "missed, then buried")
        await asyncio.to_thread(write_beside, room, count=600)
        await customer.send(room, "missed, and recent")
    new = serve()

    async with connected(new, room.groomer.account) as groomer:
        subscribed = await groomer.subscribe(room, ack["cursor"])
        texts = groomer.texts()
    new.process.terminate()

    assert subscribed["recovered"] is True
    assert texts == ["missed, then buried", "missed, and recent"]


async def test_more_missed_than_a_socket_should_get_is_not_recovered(here: Server, room: Room) -> None:
    async with connected(here, room.customer) as customer:
        ack = await customer.send(room, "last one seen")
        await customer.subscribe(room, ack["cursor"])
        await asyncio.to_thread(write_into, room, [f"missed {n}" for n in range(MAX_MISSED + 1)])
        await customer.until(lambda: len(customer.messages) == MAX_MISSED + 1)

        async with connected(here, room.groomer.account) as groomer:
            subscribed = await groomer.subscribe(room, ack["cursor"])
            await customer.send(room, "live")
            await groomer.until(lambda: bool(groomer.messages))

    assert subscribed["recovered"] is False
    assert groomer.texts() == ["live"]


@pytest.mark.parametrize(
    "after",
    [None, f"{env.chat_epoch + 1}-0", f"{env.chat_epoch}-{10**12}", "0-0"],
    ids=["nothing asked", "a later epoch", "beyond the end", "an earlier epoch"],
)
async def test_what_cannot_be_recovered_says_so_and_goes_on_live(here: Server, room: Room, after: str | None) -> None:
    async with connected(here, room.customer) as customer:
        await customer.send(room, "before")

        subscribed = await customer.subscribe(room, after)
        await customer.send(room, "live")
        await customer.until(lambda: "live" in customer.texts())

    assert subscribed["recovered"] is False


async def test_after_an_unrecovered_start_history_up_to_the_cursor_and_the_live_messages_are_everything(
    here: Server, room: Room
) -> None:
    async with connected(here, room.customer) as customer:
        for n in range(5):
            await customer.send(room, f"before {n}")
        subscribed = await customer.subscribe(room, None)
        for n in range(5):
            await customer.send(room, f"after {n}")
        await customer.until(lambda: "after 4" in customer.texts())

    end = Cursor.parse(subscribed["cursor"])
    page = await eventually(
        lambda: history_of(here, room, room.customer, before=f"{end.epoch}-{end.offset + 1}"),
        lambda page: len(page["items"]) + len(customer.messages) >= 10,
    )
    together = [message["text"] for message in page["items"]] + customer.texts()
    assert together == [f"before {n}" for n in range(5)] + [f"after {n}" for n in range(5)]


async def test_subscribing_twice_is_one_subscription(here: Server, room: Room) -> None:
    async with connected(here, room.customer) as customer:
        first = await customer.subscribe(room)
        await customer.subscribe(room, first["cursor"])
        await customer.send(room, "once")
        await customer.ask(type="ping")
        await customer.until(lambda: bool(customer.messages))

    assert customer.texts() == ["once"]
