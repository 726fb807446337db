"""What chat still does, and what it honestly says, while a part of the system is away."""

from __future__ import annotations

import asyncio
import time
from uuid import uuid4

import pytest

from chat.models import Room
from chat.tests.harness.clients import connected, history_of
from chat.tests.harness.servers import Serve, Server

NOBODY = "127.0.0.1:9"


@pytest.fixture(scope="module")
def without_kafka(serve: Serve) -> Server:
    return serve(MAIN_KAFKA_BROKERS=NOBODY)


@pytest.fixture(scope="module")
def without_mongodb(serve: Serve, worker: None) -> Server:
    return serve(MAIN_MONGODB_URL=f"mongodb://{NOBODY}/nowhere")


@pytest.fixture(scope="module")
def without_redis(serve: Serve, worker: None) -> Server:
    return serve(MAIN_REDIS_URL=f"redis://{NOBODY}/0")


async def test_without_the_log_nothing_is_acknowledged_and_the_sender_knows_within_two_seconds(
    without_kafka: Server, room: Room
) -> None:
    async with connected(without_kafka, room.customer) as customer:
        began = time.monotonic()
        answers = await asyncio.gather(*(customer.send(room, f"m{n}") for n in range(5)))
        took = time.monotonic() - began
        pong = await customer.ask(type="ping")

    assert {answer["problem"]["code"] for answer in answers} == {"dependency-down"}
    assert {answer["problem"]["dependency"] for answer in answers} == {"kafka"}
    assert answers[0]["problem"]["retry_after_seconds"] > 0
    assert took < 2.5
    assert pong["type"] == "pong"


async def test_what_was_unknown_may_be_sent_again_under_its_name_and_is_one_message(
    without_kafka: Server, here: Server, room: Room
) -> None:
    name = str(uuid4())
    async with connected(without_kafka, room.customer) as customer:
        unknown = await customer.send(room, "hello?", name)
    async with connected(here, room.customer) as customer:
        await customer.subscribe(room)
        first, again = await customer.send(room, "hello?", name), await customer.send(room, "hello?", name)
        await customer.until(lambda: bool(customer.messages))

    assert unknown["type"] == "problem"
    assert first["type"] == "ack"
    assert again["cursor"] == first["cursor"]
    assert customer.texts() == ["hello?"]


async def test_without_the_log_a_room_cannot_be_joined_and_history_says_so(without_kafka: Server, room: Room) -> None:
    async with connected(without_kafka, room.customer) as customer:
        began = time.monotonic()
        answer = await customer.subscribe(room)
        took = time.monotonic() - began
    page = await history_of(without_kafka, room, room.customer)

    assert answer["problem"]["code"] == "dependency-down"
    assert took < 2.5
    assert page["code"] == "dependency-down"


async def test_without_history_people_still_talk(without_mongodb: Server, here: Server, room: Room) -> None:
    async with connected(without_mongodb, room.customer) as customer, connected(here, room.groomer.account) as groomer:
        await customer.subscribe(room)
        await groomer.subscribe(room)
        ack = await customer.send(room, "is anybody there")
        answer = await groomer.send(room, "yes")
        await customer.until(lambda: len(customer.messages) == 2)
    async with connected(without_mongodb, room.customer) as customer:
        subscribed = await customer.subscribe(room, ack["cursor"])
        texts = customer.texts()
    page = await history_of(without_mongodb, room, room.customer)

    assert answer["type"] == "ack"
    assert (subscribed["recovered"], texts) == (True, ["yes"])
    assert (page["code"], page["dependency"]) == ("dependency-down", "mongodb")


async def test_without_redis_people_still_talk_and_a_resend_is_still_one_message(
    without_redis: Server, here: Server, room: Room
) -> None:
    name = str(uuid4())
    async with connected(without_redis, room.customer) as customer, connected(here, room.groomer.account) as groomer:
        await groomer.subscribe(room)
        first = await customer.send(room, "once", name)
        again = await customer.send(room, "once", name)
        await customer.send(room, "end")
        await groomer.until(lambda: "end" in groomer.texts())

    assert first["type"] == "ack"
    assert again["cursor"] == first["cursor"]
    assert groomer.texts() == ["once", "end"]
