"""A line that Redis lost serves nobody, and gives no new number, before main's answers have been read again."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import UUID

import pytest
from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.leader.rereading import Rereading
from coupon_queue.line.event_catalog import EventCatalog
from coupon_queue.line.records import reading
from coupon_queue.scripts import Joined, Joiner, NotJoined, Term
from coupon_queue.scripts.shared.line_keys import line_key
from salon_contracts.events import topics
from salon_contracts.events.coupons import CouponEventChangedV1
from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.customer import Customer
from tests.harness.main import Main
from tests.harness.waiting import eventually

TERM = Term("queue-1", 1)
MINIMUM_MS = 5000  # REBUILD_MS of prelude.lua


def old_event() -> CouponEventChangedV1:
    """Its announcement is long past, so a Redis that has never heard of it has lost it."""
    return coupon_event(occurred_at=datetime.now(UTC) - timedelta(minutes=1))


async def lost_line(redis: Redis, *, lost_ms_ago: int) -> tuple[CouponEventChangedV1, str]:
    """With one person who brought number 5 back; and the loss."""
    event = old_event()
    await scripts.announce(redis, event=event)
    line = event.coupon_event_id
    await redis.hincrby(line_key(line, "meta"), "rebuilt_from_ms", -lost_ms_ago)
    loss = await loss_of(redis, line)
    assert isinstance(await join(redis, line, 7, ticket=5), Joined)
    return event, loss


async def loss_of(redis: Redis, line: UUID) -> str:
    """Empty when the line waits for no answers."""
    return (await scripts.losses_without_answers(redis, event_ids=[line])).get(line, "")


async def join(redis: Redis, line: UUID, account_id: int, *, ticket: int = 0) -> Joined | NotJoined:
    [answer] = await scripts.join(redis, event_id=line, joiners=[Joiner(account_id, ticket, "t")], grace_seconds=60)
    return answer


async def state_of(redis: Redis, line: UUID) -> str:
    status = await scripts.status(redis, event_id=line)
    assert status is not None
    return status.state


async def admitted(redis: Redis, line: UUID) -> int:
    return (await scripts.admit(redis, event_id=line, term=TERM, batch_size=10, window=10)).admitted


async def test_however_long_the_answers_take_nobody_is_served_and_no_new_number_given_before_they_are_read(
    redis: Redis,
) -> None:
    event, _ = await lost_line(redis, lost_ms_ago=20 * MINIMUM_MS)
    line = event.coupon_event_id

    newcomer = await join(redis, line, 8)

    assert await state_of(redis, line) == "paused"
    assert newcomer == NotJoined("line-full")
    assert await admitted(redis, line) == 0


async def test_with_a_hold_by_time_alone_a_unit_of_somebody_is_given_again(redis: Redis) -> None:
    """The twin of the test above: 5 s are over, settlement has read nothing, and the line believes that all is done."""
    event, loss = await lost_line(redis, lost_ms_ago=MINIMUM_MS)
    line = event.coupon_event_id
    await scripts.answers_read(redis, event_id=line, loss=loss)

    served = await admitted(redis, line)
    claim = cast(list[tuple[str, dict[str, str]]], await redis.xrange(line_key(line, "claims")))[0][1]

    assert served == 1
    assert claim["serial"] == "1"  # which an answer that nobody has read yet gave to number 1


@pytest.mark.parametrize(("lost_ms_ago", "state"), [(0, "paused"), (MINIMUM_MS, "open")])
async def test_with_the_answers_read_the_line_goes_on_once_people_have_had_their_time(
    redis: Redis, lost_ms_ago: int, state: str
) -> None:
    event, loss = await lost_line(redis, lost_ms_ago=lost_ms_ago)
    await scripts.answers_read(redis, event_id=event.coupon_event_id, loss=loss)

    assert await state_of(redis, event.coupon_event_id) == state


async def test_answers_read_after_one_loss_do_not_count_for_a_later_one(redis: Redis) -> None:
    event, loss = await lost_line(redis, lost_ms_ago=2 * MINIMUM_MS)
    await redis.hincrby(line_key(event.coupon_event_id, "meta"), "rebuilt_from_ms", MINIMUM_MS)

    await scripts.answers_read(redis, event_id=event.coupon_event_id, loss=loss)

    assert await state_of(redis, event.coupon_event_id) == "paused"


class OneEvent(EventCatalog):
    """A catalog that has read one event."""

    def know(self, event: CouponEventChangedV1) -> None:
        self._events[event.coupon_event_id] = event


async def test_a_slow_settlement_releases_the_line_only_at_the_end_of_the_log(redis: Redis, brokers: str) -> None:
    event, loss = await lost_line(redis, lost_ms_ago=2 * MINIMUM_MS)
    line = event.coupon_event_id
    catalog = OneEvent(redis=redis, brokers=brokers, instance="test")
    catalog.know(event)
    rereading = Rereading(redis=redis, catalog=catalog, look_seconds=0)
    async with reading(brokers=brokers, name="test-rereading") as records:
        ends = await records.ends_of(topics.COUPONS.name)
        nearly = {partition: max(0, end - 1) for partition, end in ends.items()}

        rereading.begins_at(nearly)
        await rereading.look(records, held={})
        before_the_end = await loss_of(redis, line)
        rereading.begins_at(ends)
        await rereading.look(records, held={0: 1})  # of a Redis that is gone
        with_another_redis = await loss_of(redis, line)
        rereading.begins_at(await records.ends_of(topics.COUPONS.name))
        await rereading.look(records, held={})

    assert any(ends.values()), "an empty log proves nothing"
    assert before_the_end == with_another_redis == loss
    assert await state_of(redis, line) == "open"


async def has_joined(customer: Customer) -> bool:
    return (await customer.join())[0] == 201


async def test_a_running_queue_goes_on_by_itself_and_not_before_its_time(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main
) -> None:
    queue = start_queue()
    event = main.publish(old_event())
    await until_known(event, queue)
    customer, began = new_customer(event, queue), time.monotonic()

    _, problem = await customer.join()
    await eventually(lambda: has_joined(customer), seconds=30)
    waited = time.monotonic() - began

    assert problem["code"] == "line-full"
    assert 3 < waited < 30
    assert await customer.listen() == "issued"
    assert queue.logged("answers_read_again")
