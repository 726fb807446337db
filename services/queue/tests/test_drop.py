"""A drop from the button to the coupon, on real processes."""

from __future__ import annotations

import asyncio

import aiohttp
import orjson
from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from coupon_queue.scripts.shared.line_keys import line_key
from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.main import Main


async def test_the_first_in_line_get_the_coupons_and_everybody_else_hears_sold_out(
    start_queue: StartQueue, new_customer: NewCustomer, http: aiohttp.ClientSession, main: Main
) -> None:
    one, two = start_queue(), start_queue()
    event = main.publish(coupon_event(quantity=20, paused=True))
    customers = [new_customer(event, *((one, two) if n % 2 else (two, one))) for n in range(100)]
    await until_known(event, one, two)
    for customer in customers:
        status, _ = await customer.join()
        assert status == 201
    main.publish(event.model_copy(update={"revision": 2, "paused": False}))

    states = await asyncio.wait_for(asyncio.gather(*(customer.listen() for customer in customers)), 20)

    assert states == ["issued"] * 20 + ["sold-out"] * 80
    assert [row.customer_id for row in main.rows] == [customer.account_id for customer in customers[:20]]
    assert [row.serial for row in main.rows] == list(range(1, 21))
    shown = [customer.received[-1].data["coupon"]["coupon_id"] for customer in customers[:20]]
    assert shown == [str(row.coupon_id) for row in main.rows]
    async with http.get(f"{one.url}/queue/v1/events/{event.coupon_event_id}") as response:
        line = await response.json()
    assert (line["state"], line["waiting"], line["issued"]) == ("sold-out", 0, 20)


async def test_the_first_coupons_are_claimed_before_everybody_is_told_that_the_line_is_open(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    queue = start_queue(QUEUE_TICK_SECONDS="30")
    event = main.publish(coupon_event(quantity=20, paused=True))
    await until_known(event, queue)
    for customer in [new_customer(event, queue) for _ in range(50)]:
        await customer.join()

    async with redis.pubsub() as line_subscription:
        await line_subscription.subscribe(line_key(event.coupon_event_id, "wire"))
        main.publish(event.model_copy(update={"revision": 2, "paused": False}))
        answered = [await _next_word(line_subscription)]
        while not answered[-1].startswith("F"):
            answered.append(await _next_word(line_subscription))

    assert [frames["state"] for frames in orjson.loads(answered[0][1:])] == ["claimed"] * 20
    # The frame tells what is true when it is made; by then, all may have been issued.
    assert orjson.loads(answered[-1][1:])["state"] in {"open", "sold-out"}


async def test_a_line_that_was_held_does_not_begin_with_the_pace_of_a_whole_second_at_once(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(quantity=20, paused=True, pace_ceiling_per_second=10))
    await until_known(event, queue)
    for customer in [new_customer(event, queue) for _ in range(20)]:
        await customer.join()
    await asyncio.sleep(1.2)  # long enough to have saved up a second's worth

    async with redis.pubsub() as line_subscription:
        await line_subscription.subscribe(line_key(event.coupon_event_id, "wire"))
        main.publish(event.model_copy(update={"revision": 2, "paused": False}))
        answered = await _next_word(line_subscription)
        while not answered.startswith("P"):
            answered = await _next_word(line_subscription)

    assert len(orjson.loads(answered[1:])) == 1


async def _next_word(line_subscription: PubSub) -> str:
    async with asyncio.timeout(10):
        async for message in line_subscription.listen():
            if message["type"] == "message":
                return str(message["data"])
    raise AssertionError("unreachable")
