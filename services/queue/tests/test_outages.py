"""Redis goes away, or forgets: refused clearly, no place lost, and everything goes on by itself."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from redis.asyncio import Redis

from coupon_queue.scripts.shared.line_keys import line_key
from salon_kit.testing.ports import claim_port
from salon_kit.testing.redis_server import RedisProcess
from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.customer import SseEvent
from tests.harness.keys import Keys
from tests.harness.main import Main
from tests.harness.processes import QueueProcess
from tests.harness.waiting import eventually


@pytest.fixture
def redis_process(tmp_path: Path) -> Iterator[RedisProcess]:
    """One for each test here, because it is killed."""
    process = RedisProcess(tmp_path)
    yield process
    process.stop()


async def test_with_redis_away_a_join_is_refused_within_two_seconds_and_the_process_recovers_by_itself(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis_process: RedisProcess
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(quantity=1))
    await until_known(event, queue)
    customer = new_customer(event, queue)

    redis_process.stop()
    asked_at = time.monotonic()
    status, problem = await customer.join()
    took = time.monotonic() - asked_at
    redis_process.start()

    async def has_joined() -> bool:
        return (await customer.join())[0] == 201

    assert (status, problem["code"], problem["dependency"]) == (503, "dependency-down", "redis")
    assert took < 2
    await eventually(has_joined)
    assert await customer.listen() == "issued"
    assert queue.process.poll() is None


async def test_open_streams_bring_their_places_back_after_redis_lost_everything(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis_process: RedisProcess
) -> None:
    one, two = start_queue(), start_queue()
    event = main.publish(coupon_event(quantity=10, paused=True))
    await until_known(event, one, two)
    customers = [new_customer(event, (one, two)[n % 2]) for n in range(40)]
    for customer in customers:
        await customer.join()
    numbers = [customer.number for customer in customers]
    listening = [asyncio.create_task(customer.listen()) for customer in customers]
    await eventually(lambda: all(customer.received for customer in customers))

    redis_process.stop()
    redis_process.start()
    await eventually(lambda: all(_places(customer.received) >= 2 for customer in customers))
    newcomer = new_customer(event, one)
    too_early, _ = await newcomer.join()

    async def newcomer_stands_in_line() -> bool:
        await asyncio.sleep(1)  # less often than one account may ask
        return (await newcomer.join())[0] in {200, 201}

    await eventually(newcomer_stands_in_line, seconds=20)
    main.publish(event.model_copy(update={"revision": 2, "paused": False}))
    states = await asyncio.wait_for(asyncio.gather(*listening), 20)

    assert [customer.number for customer in customers] == numbers
    # A number that nobody in this Redis has may still be somebody's.
    assert too_early == 503
    assert newcomer.number == 41
    assert states == ["issued"] * 10 + ["sold-out"] * 30


async def test_after_redis_lost_everything_in_the_middle_of_a_drop_no_unit_is_given_twice(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis_process: RedisProcess
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(quantity=30, paused=True))
    await until_known(event, queue)
    customers = [new_customer(event, queue) for _ in range(60)]
    for customer in customers:
        await customer.join()
    listening = [asyncio.create_task(customer.listen()) for customer in customers]
    await eventually(lambda: all(customer.received for customer in customers))
    main.publish(event.model_copy(update={"revision": 2, "paused": False, "pace_ceiling_per_second": 15}))
    await eventually(lambda: len(main.rows) >= 8)

    redis_process.stop()
    redis_process.start()
    states = await asyncio.wait_for(asyncio.gather(*listening), 30)

    shown = {customer.account_id for customer, state in zip(customers, states, strict=True) if state == "issued"}
    rows = {row.customer_id for row in main.rows}
    assert sorted(row.serial for row in main.rows) == list(range(1, 31))
    assert len(rows) == 30
    assert shown <= rows
    # Whoever was answered while Redis was away is told "already yours" instead.
    refused = [customer for customer, state in zip(customers, states, strict=True) if state == "refused"]
    assert {customer.account_id for customer in refused} == rows - shown
    assert all(customer.received[-1].data["reason"] == "already-has-coupon" for customer in refused)


async def test_without_kafka_the_process_waits_and_says_that_it_is_not_ready(
    redis: Redis, redis_process: RedisProcess, keys: Keys, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    queue = QueueProcess(
        name="alone",
        redis_url=redis_process.url,
        brokers=f"127.0.0.1:{claim_port()}",
        keys=keys,
        log=tmp_path / "alone.log",
    )
    try:
        await eventually(lambda: _status(http, f"{queue.url}/healthz", 200))
        assert await _status(http, f"{queue.url}/readyz", 503)
        await asyncio.sleep(1)
        assert queue.process.poll() is None
    finally:
        queue.stop()


async def _status(http: aiohttp.ClientSession, url: str, expected: int) -> bool:
    try:
        async with http.get(url) as response:
            return response.status == expected
    except aiohttp.ClientError:
        return False


def _places(received: list[SseEvent]) -> int:
    return sum(event.name == "place" for event in received)


async def test_what_a_hung_redis_says_when_it_wakes_up_is_told_to_nobody(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis_process: RedisProcess, redis: Redis
) -> None:
    """It may have been replaced while it hung, and still does what stood in its sockets."""
    queue = start_queue()
    event = main.publish(coupon_event(quantity=1, paused=True))
    await until_known(event, queue)
    customer = new_customer(event, queue)
    await customer.join()
    listening = asyncio.create_task(customer.listen())
    await eventually(lambda: _places(customer.received) == 1)
    old_change = json.dumps({"account": customer.account_id, "state": "claimed", "number": 999})

    with redis_process.hung():
        answered = asyncio.ensure_future(redis.publish(line_key(event.coupon_event_id, "wire"), f"P{old_change}"))
        await asyncio.sleep(2.2)
    await answered
    await eventually(lambda: _places(customer.received) >= 2)
    main.publish(event.model_copy(update={"revision": 2, "paused": False}))
    state = await asyncio.wait_for(listening, 20)

    assert state == "issued"
    assert {received.data["number"] for received in customer.received if received.name == "place"} == {customer.number}
