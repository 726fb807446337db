"""Several instances work as one, and the death of any of them stops nothing."""

from __future__ import annotations

import asyncio
import time

from redis.asyncio import Redis

from coupon_queue.scripts.shared.line_keys import line_key
from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.main import Main
from tests.harness.processes import QueueProcess
from tests.harness.waiting import eventually, until


def leader_of(*queues: QueueProcess) -> QueueProcess:
    terms = [(entry["epoch"], queue) for queue in queues for entry in queue.logged("lead_taken")]
    return max(terms, key=lambda term: term[0])[1]


async def test_the_leader_is_killed_in_the_middle_of_a_drop_and_no_unit_is_given_twice(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main
) -> None:
    queues = [start_queue() for _ in range(3)]
    event = main.publish(coupon_event(quantity=120, paused=True))
    await until_known(event, *queues)
    customers = [new_customer(event, *queues[n % 3 :], *queues[: n % 3]) for n in range(200)]
    for customer in customers:
        await customer.join()
    listening = [asyncio.create_task(customer.listen()) for customer in customers]
    main.publish(event.model_copy(update={"revision": 2, "paused": False, "pace_ceiling_per_second": 40}))
    await eventually(lambda: len(main.rows) > 20)

    old = leader_of(*queues)
    old.kill()
    killed_at, rows_then = time.monotonic(), len(main.rows)
    await eventually(lambda: len(main.rows) > rows_then + 40)
    stood_still = time.monotonic() - killed_at
    states = await asyncio.wait_for(asyncio.gather(*listening), 25)

    assert stood_still < 5
    assert sorted(states) == ["issued"] * 120 + ["sold-out"] * 80
    assert sorted(row.serial for row in main.rows) == list(range(1, 121))
    assert [row.number for row in main.rows] == sorted(row.number for row in main.rows)
    assert len({row.customer_id for row in main.rows}) == 120
    shown = {customer.account_id for customer, state in zip(customers, states, strict=True) if state == "issued"}
    assert shown == {row.customer_id for row in main.rows}
    assert all(len({h.data["number"] for h in customer.received if h.name == "place"}) == 1 for customer in customers)


async def test_another_instance_leads_within_three_seconds(start_queue: StartQueue) -> None:
    one = start_queue()
    until(lambda: one.logged("lead_taken"))
    two = start_queue()

    one.kill()
    killed_at = time.monotonic()

    until(lambda: two.logged("lead_taken"))
    assert time.monotonic() - killed_at < 3.2


async def test_a_leader_that_was_frozen_finds_that_its_lease_is_lost(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main
) -> None:
    one = start_queue()
    until(lambda: one.logged("lead_taken"))
    two = start_queue()
    event = main.publish(coupon_event(quantity=1))
    await until_known(event, one, two)

    one.process.send_signal(19)  # SIGSTOP
    until(lambda: two.logged("lead_taken"))
    one.process.send_signal(18)  # SIGCONT

    until(lambda: one.logged("lead_lost"))
    customer = new_customer(event, one)
    await customer.join()
    assert await customer.listen() == "issued"
    assert [row.customer_id for row in main.rows] == [customer.account_id]


async def test_people_of_a_killed_instance_who_do_not_come_back_have_left_after_their_grace(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    options = {"QUEUE_GRACE_SECONDS": "1", "QUEUE_INSTANCE_SILENT_SECONDS": "2.5"}
    one, two = start_queue(**options), start_queue(**options)
    event = main.publish(coupon_event(paused=True))
    await until_known(event, one, two)
    lost, stays = new_customer(event, one), new_customer(event, two)
    for customer in (lost, stays):
        await customer.join()
    tasks = [asyncio.create_task(customer.listen()) for customer in (lost, stays)]
    await eventually(lambda: bool(lost.received and stays.received))

    tasks[0].cancel()
    one.kill()

    await eventually(lambda: stays.ahead == 0, seconds=12)
    waiting = await redis.zrange(line_key(event.coupon_event_id, "waiting"), 0, -1)
    assert waiting == [str(stays.account_id)]
    tasks[1].cancel()
