"""What a customer receives on the open stream."""

from __future__ import annotations

import asyncio
import random
import socket
from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from coupon_queue.scripts.shared.line_keys import line_key
from salon_contracts.events.coupons import EventState, RefusalReason
from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.main import Main
from tests.harness.waiting import eventually, until_streams_are_open


async def test_people_ahead_stays_exact_while_others_join_leave_and_are_served(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    one, two = start_queue(), start_queue()
    event = main.publish(coupon_event(quantity=60, paused=True))
    await until_known(event, one, two)
    customers = [new_customer(event, (one, two)[n % 2]) for n in range(120)]
    for customer in customers:
        await customer.join()
    watched = customers[100:]
    listening = [asyncio.create_task(customer.listen()) for customer in watched]
    await until_streams_are_open(redis, event, 20)
    main.refuses = {customers[3].account_id: RefusalReason.SERIAL_TAKEN}

    dice = random.Random(7)
    leavers = dice.sample(customers[60:100], 15)
    main.publish(event.model_copy(update={"revision": 2, "paused": False, "pace_ceiling_per_second": 30}))
    for customer in leavers:
        await customer.leave()
        await asyncio.sleep(dice.random() / 10)
    main.publish(event.model_copy(update={"revision": 3, "paused": True}))

    async def is_quiet() -> bool:
        return await redis.zcard(line_key(event.coupon_event_id, "inflight")) == 0

    await eventually(is_quiet)
    frames = max(customer.ahead_history[-1][0] for customer in watched)
    await eventually(lambda: all(customer.ahead_history[-1][0] > frames for customer in watched))
    rank = {
        customer.account_id: await redis.zrank(line_key(event.coupon_event_id, "waiting"), str(customer.account_id))
        for customer in watched
    }
    assert {customer.account_id: customer.ahead for customer in watched} == rank
    assert len(main.rows) > 5
    for task in listening:
        task.cancel()


async def test_everybody_gets_the_same_frame_and_only_that(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(paused=True))
    await until_known(event, queue)
    customers = [new_customer(event, queue) for _ in range(5)]
    for customer in customers:
        await customer.join()
    tasks = [asyncio.create_task(customer.listen()) for customer in customers]

    await eventually(lambda: all(len(customer.received) >= 4 for customer in customers))

    received = [customer.received for customer in customers]
    assert [events[0].name for events in received] == ["place"] * 5
    assert {event.name for events in received for event in events[1:]} == {"frame"}
    by_seq = [{event.id: event.data for event in events[1:]} for events in received]
    shared = set.intersection(*(set(frames) for frames in by_seq))
    assert shared
    assert all(frames[seq] == by_seq[0][seq] for frames in by_seq for seq in shared)
    assert set(received[0][1].data) == {
        *("seq", "state", "serving", "admitted", "waiting", "rate", "stock_left"),
        *("departed", "returned", "eta_per_place", "message"),
    }
    for task in tasks:
        task.cancel()


async def test_a_person_hears_claimed_and_then_issued(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    queue = start_queue()
    main.answering.clear()
    event = main.publish(coupon_event(quantity=1, paused=True))
    await until_known(event, queue)
    customer = new_customer(event, queue)
    await customer.join()
    listening = asyncio.create_task(customer.listen())
    await until_streams_are_open(redis, event, 1)
    main.publish(event.model_copy(update={"revision": 2, "paused": False}))

    await eventually(lambda: any(received.data.get("state") == "claimed" for received in customer.received))
    main.answering.set()

    assert await listening == "issued"
    [place] = [received.data for received in customer.received if received.data.get("state") == "issued"]
    assert place["coupon"] == {"coupon_id": str(main.rows[0].coupon_id), "serial": 1}


async def test_a_line_whose_issuer_sleeps_says_so_and_goes_on_by_itself(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main
) -> None:
    queue = start_queue(QUEUE_WINDOW_FIRST="2", QUEUE_ANSWER_STALLED_SECONDS="0.5")
    main.answering.clear()
    event = main.publish(coupon_event(quantity=5))
    await until_known(event, queue)
    customers = [new_customer(event, queue) for _ in range(5)]
    for customer in customers:
        await customer.join()
    listening = [asyncio.create_task(customer.listen()) for customer in customers]

    last = customers[-1]
    await eventually(lambda: any((received.data.get("message") or {}).get("code") for received in last.received))
    admitted = last.received[-1].data["admitted"]
    main.answering.set()

    assert admitted == 2, "no more claims than the window allows are sent to a sleeping issuer"
    assert await asyncio.gather(*listening) == ["issued"] * 5


async def test_a_waiting_person_hears_that_the_operator_closed_the_event(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(paused=True))
    by_time = main.publish(coupon_event(paused=True, closes_at=datetime.now(UTC) + timedelta(seconds=3)))
    await until_known(by_time, queue)
    customers = [new_customer(event, queue), new_customer(by_time, queue)]
    for customer in customers:
        await customer.join()
    listening = [asyncio.create_task(customer.listen()) for customer in customers]
    await until_streams_are_open(redis, event, 1)

    main.publish(event.model_copy(update={"revision": 2, "state": EventState.CLOSED}))

    assert await asyncio.wait_for(asyncio.gather(*listening), 8) == ["closed", "closed"]


async def test_leaving_on_one_device_ends_the_stream_on_the_other(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    one, two = start_queue(), start_queue()
    event = main.publish(coupon_event(paused=True))
    await until_known(event, one, two)
    phone = new_customer(event, one)
    laptop = new_customer(event, two, account_id=phone.account_id)
    await phone.join()
    listening = asyncio.create_task(laptop.listen())
    await until_streams_are_open(redis, event, 1)

    status = await phone.leave()

    assert status == 204
    assert await listening == "left"


async def test_a_slow_reader_is_dropped_and_hurts_nobody(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    queue = start_queue(QUEUE_STREAM_BUFFER_BYTES_MAX="2048", QUEUE_TICK_SECONDS="0.02")
    event = main.publish(coupon_event(paused=True))
    await until_known(event, queue)
    slow, quick = new_customer(event, queue), new_customer(event, queue)
    for customer in (slow, quick):
        await customer.join()
    listening = asyncio.create_task(quick.listen())
    with socket.socket() as unread:
        unread.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        unread.connect(("127.0.0.1", queue.port))
        unread.send(
            f"GET /queue/v1/events/{event.coupon_event_id}/line HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Bearer {slow.token}\r\n\r\n".encode()
        )
        await until_streams_are_open(redis, event, 2)

        # A test cannot wait until small frames fill the kernel's buffers, so the operator talks a lot.
        await redis.hset(line_key(event.coupon_event_id, "meta"), "message", '{"ko":"' + "x" * 30_000 + '"}')
        # The kernel keeps some four megabytes first: a slow machine takes its time to write them.
        await until_streams_are_open(redis, event, 1, seconds=45)

    assert not listening.done()
    listening.cancel()
