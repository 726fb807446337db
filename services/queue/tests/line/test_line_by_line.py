"""One line that is broken in Redis is left alone and named; every other line goes on, and no process ends of it."""

from __future__ import annotations

import asyncio
import urllib.request
from uuid import uuid4

import pytest
from confluent_kafka import KafkaError, KafkaException
from redis.asyncio import Redis
from redis.exceptions import ConnectionError  # noqa: A004

from coupon_queue.line.line_by_line import LineByLine
from coupon_queue.scripts import LostLease
from coupon_queue.scripts.shared.line_keys import line_key
from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.customer import Customer
from tests.harness.main import Main
from tests.harness.processes import QueueProcess
from tests.harness.waiting import eventually

pytestmark = pytest.mark.timeout(120)

PARTS = ("meta", "waiting", "claims", "grace", "public", "instances", "reports")
FOREIGN_MESSAGES = (b"", b"F", b"F{", b"F[]", b"P[5]", b"P{}", b"P" + b"[" * 5_000, b"\xff\xfe")


def faults(queue: QueueProcess) -> dict[str, float]:
    with urllib.request.urlopen(f"{queue.url}/metrics", timeout=5) as response:  # noqa: S310 - our own
        lines = [line for line in response.read().decode().splitlines() if line.startswith("queue_line_faults_total{")]
    counted = {line.split('"')[1]: float(line.split()[-1]) for line in lines}
    assert len(counted) >= 9, "each step is counted from 0 on"
    return {step: count for step, count in counted.items() if count}


async def wins(main: Main, new_customer: NewCustomer, *queues: QueueProcess) -> bool:
    event = main.publish(coupon_event(quantity=1))
    await until_known(event, *queues)
    customer = new_customer(event, *queues)
    await customer.join()
    return await asyncio.wait_for(customer.listen(), 15) == "issued"


async def listens(customer: Customer) -> asyncio.Task[str]:
    await customer.join()
    listening = asyncio.create_task(customer.listen())
    await eventually(lambda: any(one.name == "frame" for one in customer.received))
    return listening


async def breaks(redis: Redis, key: str) -> None:
    await redis.delete(key)
    await (redis.rpush(key, "x") if key.endswith(":public") else redis.set(key, "x"))


async def test_lines_with_a_key_of_another_type_end_no_process_and_the_next_drops_are_won(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    queues = [start_queue() for _ in range(2)]
    broken = {part: main.publish(coupon_event(quantity=5, paused=True)) for part in PARTS}
    await until_known(broken[PARTS[-1]], *queues)
    listening = [await listens(new_customer(event, *queues)) for event in broken.values()]

    for part, event in broken.items():
        await breaks(redis, line_key(event.coupon_event_id, part))
        main.publish(event.model_copy(update={"revision": 2, "paused": False}))

    for _ in range(2):
        assert await wins(main, new_customer, *queues)
    await eventually(lambda: sum(faults(queues[0]).values()) + sum(faults(queues[1]).values()) > len(PARTS))
    for task in listening:
        task.cancel()
    assert await wins(main, new_customer, *queues)
    assert [queue.process.poll() for queue in queues] == [None, None]
    assert not any(queue.logged("job_died") for queue in queues)


async def test_a_broken_line_is_named_in_the_log_and_counted_by_job_and_comes_back_when_it_is_mended(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(quantity=1))
    await until_known(event, queue)
    key = line_key(event.coupon_event_id, "waiting")
    await redis.set(key, "x")

    await eventually(lambda: faults(queue).get("ticks", 0) >= 1)
    named = queue.logged("line_step_failed")
    assert {entry["coupon_event_id"] for entry in named} == {str(event.coupon_event_id)}

    await redis.delete(key)
    customer = new_customer(event, queue)
    await customer.join()
    assert await asyncio.wait_for(customer.listen(), 15) == "issued"


async def test_foreign_bytes_on_a_channel_of_a_line_end_no_process_and_who_listens_wins_his_coupon(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(quantity=1, paused=True))
    await until_known(event, queue)
    customer = new_customer(event, queue)
    listening = await listens(customer)

    for message in FOREIGN_MESSAGES:
        for of in (event.coupon_event_id, "nobody"):
            await redis.publish(f"line:{{{of}}}:wire", message)
            await asyncio.sleep(0.1)
    main.publish(event.model_copy(update={"revision": 2, "paused": False}))

    assert await asyncio.wait_for(listening, 20) == "issued"
    assert queue.process.poll() is None
    assert not queue.logged("job_died")


@pytest.mark.unit
@pytest.mark.parametrize(
    "error", [LostLease(), ConnectionError("gone"), KafkaException(KafkaError(KafkaError._TIMED_OUT))]
)
def test_an_outage_and_a_lost_lease_are_about_all_lines_and_go_through(error: Exception) -> None:
    each, event_id = LineByLine("ticks"), uuid4()

    with pytest.raises(type(error)), each.apart(event_id):
        raise error
    assert each.sound([event_id]) == [event_id]

    with each.apart(event_id):
        _fail()
    assert each.sound([event_id]) == []


def _fail() -> None:
    raise KeyError
