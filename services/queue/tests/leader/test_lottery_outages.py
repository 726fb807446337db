"""A lottery whose Redis, leader or messages are not what they were: the drawn order stays what it is."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from coupon_queue.scripts.shared.line_keys import line_key
from salon_contracts.events.coupons import DrawEntriesShutV1
from salon_contracts.verify.draw import digest_of
from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import until_known
from tests.harness.customer import Customer
from tests.harness.main import Main
from tests.harness.waiting import eventually
from tests.leader.lottery import Lottery, registered


async def test_a_redis_lost_between_the_list_and_the_draw_changes_nobodys_drawn_number(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    queue = start_queue()
    lottery = Lottery(main, quantity=5, paused=True)
    await until_known(lottery.event, queue)
    customers = [new_customer(lottery.event, queue) for _ in range(6)]
    entry_by_account = await registered(customers)
    listens, away = customers[:4], customers[4:]
    listening = [asyncio.create_task(customer.listen()) for customer in listens]
    await eventually(lambda: all(customer.received for customer in listens))

    lottery.open()
    digest, entries = await lottery.entries()
    await redis.flushall()
    order = lottery.reveal(digest, entries)
    await eventually(lambda: all(customer.number for customer in listens), seconds=30)
    for customer in away:
        await eventually(lambda customer=customer: _joined(customer), seconds=15)

    for task in listening:
        task.cancel()
    assert [c.number for c in customers] == [order.index(entry_by_account[c.account_id]) + 1 for c in customers]
    newcomer = new_customer(lottery.event, queue)
    await eventually(lambda: _joined(newcomer), seconds=15)
    assert newcomer.number == 7


async def test_a_redis_lost_after_the_draw_gives_everybody_the_drawn_number_again(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    queue = start_queue()
    lottery = Lottery(main, quantity=5, paused=True)
    await until_known(lottery.event, queue)
    listens, was_shown, never_shown = customers = [new_customer(lottery.event, queue) for _ in range(3)]
    entry_by_account = await registered(customers)
    listening = asyncio.create_task(listens.listen())
    lottery.open()
    order = lottery.reveal(*await lottery.entries())
    await eventually(lambda: listens.number)
    await was_shown.join()

    await redis.flushall()
    for customer in (was_shown, never_shown):
        await eventually(lambda customer=customer: _joined(customer), seconds=20)
    newcomer = new_customer(lottery.event, queue)
    await eventually(lambda: _joined(newcomer), seconds=20)
    state = await _state(listens)

    listening.cancel()
    assert state == "waiting"
    assert [c.number for c in customers] == [order.index(entry_by_account[c.account_id]) + 1 for c in customers]
    assert newcomer.number == 4


async def test_a_registration_that_redis_lost_before_the_opening_is_taken_again(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    queue = start_queue()
    lottery = Lottery(main, quantity=5)
    await until_known(lottery.event, queue)
    listens, away = new_customer(lottery.event, queue), new_customer(lottery.event, queue)
    entry_by_account = await registered([listens, away])
    listening = asyncio.create_task(listens.listen())
    await eventually(lambda: listens.received)

    await redis.flushall()
    await eventually(lambda: redis.hexists(line_key(lottery.event.coupon_event_id, "registered"), listens.account_id))
    status, _ = await away.join()
    # The line waits for main's answers before it does anything for good, and so do we.
    lottery.open()
    _, entries = await lottery.entries()

    listening.cancel()
    assert status == 201
    assert sorted(entries) == sorted(entry_by_account.values())


async def test_a_new_leader_draws_the_same_order(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main
) -> None:
    queues = [start_queue(), start_queue()]
    lottery = Lottery(main, quantity=3)
    await until_known(lottery.event, *queues)
    customers = [new_customer(lottery.event, *queues) for _ in range(6)]
    entry_by_account = await registered(customers)
    lottery.open()
    digest, entries = await lottery.entries()

    leader = next(queue for queue in queues if queue.logged("lead_taken"))
    leader.kill()
    order = lottery.reveal(digest, entries)
    [other] = [queue for queue in queues if queue is not leader]
    for customer in customers:
        customer.urls = [other.url]
    states = await asyncio.wait_for(asyncio.gather(*(customer.listen() for customer in customers)), 30)

    places = [order.index(entry_by_account[customer.account_id]) + 1 for customer in customers]
    assert [customer.number for customer in customers] == places
    assert states == ["issued" if place <= 3 else "sold-out" for place in places]


async def test_a_seed_that_is_not_the_promised_one_opens_nothing(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main
) -> None:
    queue = start_queue()
    lottery = Lottery(main, quantity=5)
    await until_known(lottery.event, queue)
    customer = new_customer(lottery.event, queue)
    await registered([customer])
    lottery.open()
    digest, entries = await lottery.entries()

    lottery.reveal(digest, entries, seed="ab" * 32)
    await eventually(lambda: queue.logged("seed_breaks_its_commitment"))
    refused_the_wrong_one = await _state(customer)
    lottery.reveal(digest, entries)

    assert refused_the_wrong_one == "registered"
    assert await asyncio.wait_for(customer.listen(), 15) == "issued"


@pytest.mark.parametrize("pages", [1, 2])
async def test_a_list_of_another_digest_on_the_topic_is_not_taken_for_ours(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis, pages: int
) -> None:
    queue = start_queue()
    lottery = Lottery(main, quantity=5, paused=True)
    await until_known(lottery.event, queue)
    customer = new_customer(lottery.event, queue)
    entries = [*(await registered([customer])).values(), "cd" * 32]
    event_id = lottery.event.coupon_event_id
    digest = digest_of(event_id=str(event_id), entries=entries)
    for claimed_digest in ("ef" * 32, digest):
        parts = [entries] if pages == 1 else [entries[:1], entries[1:]]
        for page, part in enumerate(parts, start=1):
            facts: dict[str, Any] = {"entries_digest": claimed_digest, "page": page, "pages": pages}
            main.send(DrawEntriesShutV1(trace_id="t", coupon_event_id=event_id, entries=tuple(part), **facts))
    listening = asyncio.create_task(customer.listen())

    lottery.open()
    order = lottery.reveal(digest, entries)  # main has a list that an earlier Redis said
    await eventually(lambda: customer.number)

    listening.cancel()
    assert customer.number == order.index(entries[0]) + 1
    assert await redis.hgetall(line_key(event_id, "drawn")) == {"cd" * 32: str(order.index("cd" * 32) + 1)}


async def _joined(customer: Customer) -> bool:
    await asyncio.sleep(0.6)  # less often than one account may ask
    status, answer = await customer.join()
    return status in {200, 201} and answer["state"] == "waiting"


async def _state(customer: Customer) -> str:
    async with customer.http.get(customer.path("place"), headers=customer.headers) as response:
        return str((await response.json())["state"])
