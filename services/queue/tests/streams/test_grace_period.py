"""What closing a stream means: the place is kept for a while, here or elsewhere, and how many streams one may have."""

from __future__ import annotations

import asyncio

import aiohttp
from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.scripts.shared.line_keys import line_key
from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.customer import Customer
from tests.harness.main import Main
from tests.harness.waiting import eventually, until_streams_are_open


async def test_a_closed_stream_keeps_its_place_for_the_grace_period_and_no_longer(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    queue = start_queue(QUEUE_GRACE_SECONDS="1.5")
    event = main.publish(coupon_event(paused=True))
    await until_known(event, queue)
    comes_back, goes_away, stays = [new_customer(event, queue) for _ in range(3)]
    for customer in (comes_back, goes_away, stays):
        await customer.join()
    tasks = [asyncio.create_task(customer.listen()) for customer in (comes_back, goes_away, stays)]
    await until_streams_are_open(redis, event, 3)

    for task in tasks[:2]:
        task.cancel()
    await asyncio.sleep(0.7)
    again = asyncio.create_task(comes_back.listen())
    await eventually(lambda: stays.ahead == 1, seconds=6)
    await asyncio.sleep(1.5)

    waiting = await redis.zrange(line_key(event.coupon_event_id, "waiting"), 0, -1)
    assert waiting == [str(comes_back.account_id), str(stays.account_id)]
    assert comes_back.number == 1
    again.cancel()
    tasks[2].cancel()


async def test_a_stopping_instance_says_farewell_and_its_customers_go_on_elsewhere(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    one, two = start_queue(), start_queue()
    event = main.publish(coupon_event(quantity=1, paused=True))
    await until_known(event, one, two)
    customers = [new_customer(event, one, two) for _ in range(50)]
    for customer in customers:
        await customer.join()
    listening = [asyncio.create_task(customer.listen()) for customer in customers]
    await until_streams_are_open(redis, event, 50)

    one.stop()
    await until_streams_are_open(redis, event, 50)
    main.publish(event.model_copy(update={"revision": 2, "paused": False}))

    assert sorted(await asyncio.gather(*listening)) == ["issued"] + ["sold-out"] * 49
    assert all([received.name for received in customer.received].count("farewell") == 1 for customer in customers)
    assert all(len({h.data["number"] for h in customer.received if h.name == "place"}) == 1 for customer in customers)
    assert one.process.returncode in {0, -15}


async def test_a_poller_keeps_its_place_without_a_stream(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    queue = start_queue(QUEUE_GRACE_SECONDS="1")
    event = main.publish(coupon_event(paused=True))
    await until_known(event, queue)
    poller, silent = new_customer(event, queue), new_customer(event, queue)
    for customer in (poller, silent):
        await customer.join()

    for _ in range(8):
        await _poll(poller)
        await asyncio.sleep(0.4)

    assert (
        await scripts.read_place(redis, event_id=event.coupon_event_id, account_id=silent.account_id, grace_seconds=1)
        is None
    )


async def _poll(customer: Customer) -> None:
    async with customer.http.get(customer.path("place"), headers=customer.headers) as response:
        assert response.status == 200
        assert (await response.json())["state"] == "waiting"


async def test_one_account_opens_no_more_streams_than_it_may_have_devices(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, http: aiohttp.ClientSession
) -> None:
    queue = start_queue(QUEUE_STREAMS_PER_ACCOUNT="3")
    event = main.publish(coupon_event(paused=True))
    await until_known(event, queue)
    greedy, modest = new_customer(event, queue), new_customer(event, queue)
    for customer in (greedy, modest):
        await customer.join()

    devices = [await http.get(greedy.path("line"), headers=greedy.headers) for _ in range(4)]
    other = await http.get(modest.path("line"), headers=modest.headers)
    refusal = await devices[-1].json(content_type=None)
    devices[0].close()

    async def one_more() -> bool:
        async with http.get(greedy.path("line"), headers=greedy.headers) as again:
            return bool(again.status == 200)

    await eventually(one_more)
    for response in (*devices, other):
        response.close()
    assert [response.status for response in (*devices, other)] == [200, 200, 200, 429, 200]
    assert (refusal["code"], devices[-1].headers["Retry-After"]) == ("rate-limited", "5")
