"""What an operator sees of a running line, from any instance, and what the waiting read of the operator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import aiohttp

from salon_contracts.events.coupons import CouponEventChangedV1, OperatorMessage, RefusalReason
from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.customer import SseEvent, sse
from tests.harness.keys import Keys
from tests.harness.main import Main
from tests.harness.processes import QueueProcess
from tests.harness.waiting import eventually


@asynccontextmanager
async def watching(
    http: aiohttp.ClientSession, keys: Keys, queue: QueueProcess, event: CouponEventChangedV1
) -> AsyncIterator[list[SseEvent]]:
    """What an operator hears at this instance."""
    received: list[SseEvent] = []
    headers = {"Authorization": f"Bearer {keys.token(7, role='operator')}"}
    async with http.get(_address(queue, event.coupon_event_id), headers=headers) as response:
        assert response.status == 200, await response.text()
        assert response.headers["content-type"].startswith("text/event-stream")

        async def listen() -> None:
            async for one in sse(response):
                received.append(one)  # noqa: PERF401  # seen by the test while it grows

        task = asyncio.create_task(listen())
        yield received
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _address(queue: QueueProcess, event_id: UUID | str) -> str:
    return f"{queue.url}/queue/v1/events/{event_id}/operator"


def _has(received: list[SseEvent], **wanted: Any) -> bool:
    return bool(received) and wanted.items() <= received[-1].data.items()


async def test_streams_joins_and_refusals_are_summed_over_instances(
    start_queue: StartQueue, new_customer: NewCustomer, http: aiohttp.ClientSession, keys: Keys, main: Main
) -> None:
    one, two = start_queue(), start_queue()
    event = main.publish(coupon_event(quantity=50, paused=True, max_waiting=6))
    await until_known(event, one, two)

    async with watching(http, keys, one, event) as at_one, watching(http, keys, two, event) as at_two:
        customers = [new_customer(event, (one, two)[n % 2]) for n in range(8)]
        for customer in customers:
            await customer.join()
        listening = [asyncio.create_task(customer.listen()) for customer in customers[:6]]
        for received in (at_one, at_two):
            wanted = {"streams": 6, "waiting": 6, "state": "paused", "instances": 2, "refusals": {"line-full": 2}}
            await eventually(lambda received=received, wanted=wanted: _has(received, **wanted))
        numbers = at_two[-1].data
        joins = sum(one.data["joins_per_second"] for one in at_one)

    assert (numbers["issued"], numbers["stock_left"], numbers["window"]) == (0, 50, 500)
    assert joins > 0
    for task in listening:
        task.cancel()


async def test_the_numbers_follow_a_drop(
    start_queue: StartQueue, new_customer: NewCustomer, http: aiohttp.ClientSession, keys: Keys, main: Main
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(quantity=8, paused=True))
    await until_known(event, queue)
    main.answering.clear()
    for _ in range(10):
        await new_customer(event, queue).join()

    async with watching(http, keys, queue, event) as received:
        await eventually(lambda: _has(received, waiting=10, in_flight=0))
        main.publish(event.model_copy(update={"revision": 2, "paused": False, "pace_ceiling_per_second": 40}))
        await eventually(lambda: _has(received, waiting=2, in_flight=8, issued=0, pace_ceiling_per_second=40))
        await eventually(lambda: received[-1].data["oldest_unanswered_ms"] > 500)
        main.answering.set()
        await eventually(lambda: _has(received, issued=8, in_flight=0, stock_left=0, state="sold-out"))

    issued_per_second = [one.data["issued_per_second"] for one in received]
    assert issued_per_second[0] is None
    assert max(rate or 0 for rate in issued_per_second) > 0
    assert {one.name for one in received} == {"numbers"}
    assert set(received[0].data) == {
        *("at", "state", "serving", "admitted", "waiting", "issued", "stock_left", "in_flight", "oldest_unanswered_ms"),
        *("issued_per_second", "joins_per_second", "streams", "instances", "window", "eta", "eta_coverage", "refusals"),
        *("pace_ceiling_per_second", "message"),
    }


async def test_what_main_refuses_is_counted_beside_what_the_line_refuses(
    start_queue: StartQueue, new_customer: NewCustomer, http: aiohttp.ClientSession, keys: Keys, main: Main
) -> None:
    one, two = start_queue(), start_queue()
    event = main.publish(coupon_event(quantity=3, paused=True))
    await until_known(event, one, two)
    customers = [new_customer(event, one) for _ in range(3)]
    for customer in customers:
        await customer.join()
        main.refuses[customer.account_id] = RefusalReason.UNKNOWN_CUSTOMER

    async with watching(http, keys, one, event) as at_one, watching(http, keys, two, event) as at_two:
        main.publish(event.model_copy(update={"revision": 2, "paused": False}))
        for received in (at_one, at_two):
            await eventually(lambda received=received: _has(received, refusals={"unknown-customer": 3}))


async def test_the_streams_of_an_instance_that_died_are_no_longer_counted(
    start_queue: StartQueue, new_customer: NewCustomer, http: aiohttp.ClientSession, keys: Keys, main: Main
) -> None:
    one, two = start_queue(), start_queue()
    event = main.publish(coupon_event(paused=True))
    await until_known(event, one, two)
    stays, goes = new_customer(event, one), new_customer(event, two)
    for customer in (stays, goes):
        await customer.join()
    listening = [asyncio.create_task(stays.listen()), asyncio.create_task(goes.listen())]

    async with watching(http, keys, one, event) as received:
        await eventually(lambda: _has(received, streams=2))
        listening[1].cancel()
        two.kill()
        await eventually(lambda: _has(received, streams=1, instances=1))

    listening[0].cancel()


async def test_everybody_who_waits_reads_the_operators_message_until_it_is_taken_back(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main
) -> None:
    queue = start_queue()
    answered = OperatorMessage(ko='곧 "다시" 열어요\n100% 약속', en="Back soon")
    event = main.publish(coupon_event(paused=True))
    await until_known(event, queue)
    customer = new_customer(event, queue)
    await customer.join()
    listening = asyncio.create_task(customer.listen())

    main.publish(event.model_copy(update={"revision": 2, "message": answered}))
    await eventually(lambda: _has(customer.received, message={"ko": answered.ko, "en": answered.en}))
    main.publish(event.model_copy(update={"revision": 3}))
    await eventually(lambda: _has(customer.received, message=None))

    listening.cancel()


async def test_only_operators_watch_and_only_what_is_there(
    start_queue: StartQueue, http: aiohttp.ClientSession, keys: Keys, main: Main
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event())
    await until_known(event, queue)
    known, operator = event.coupon_event_id, keys.token(7, role="operator")

    cases: list[tuple[UUID | str, str, int, str]] = [
        (known, keys.token(1), 403, "forbidden"),
        (known, keys.token(2, role="groomer"), 403, "forbidden"),
        (known, "", 401, "not-signed-in"),
        (uuid4(), operator, 404, "unknown-event"),
        ("spring", operator, 404, "unknown-event"),
    ]
    for event_id, token, status, code in cases:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with http.get(_address(queue, event_id), headers=headers) as response:
            assert (response.status, (await response.json(content_type=None))["code"]) == (status, code)


async def test_an_instance_that_goes_says_farewell_to_operators(
    start_queue: StartQueue, http: aiohttp.ClientSession, keys: Keys, main: Main
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event())
    await until_known(event, queue)

    async with watching(http, keys, queue, event) as received:
        await eventually(lambda: bool(received))
        await asyncio.to_thread(queue.stop, seconds=8)
        await eventually(lambda: received[-1].name == "farewell")

    assert received[-1].data["reconnect_after_ms"] > 0
