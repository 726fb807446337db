"""Who is served: claims, their answers and the units that come back, each one Lua step on a real Redis."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest
from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.scripts import NotJoined
from coupon_queue.scripts.shared.line_keys import line_key
from salon_contracts.events.coupons import CouponIssuedV1, CouponRefusedV1, EventState, RefusalReason
from tests.harness.coupon_events import coupon_event
from tests.scripts.line_steps import admit, claims_of, issued, join, joined, look, new_line, refused, settle


async def test_no_more_customers_are_served_than_there_are_coupons(redis: Redis) -> None:
    line = await new_line(redis, quantity=7)
    for account in range(1, 31):
        await joined(redis, line, account)

    admitted = await asyncio.gather(*(admit(redis, line, batch=2) for _ in range(10)))

    claims = await claims_of(redis, line)
    assert sum(admitted) == 7
    assert [claim.customer_id for claim in claims] == list(range(1, 8))
    assert [claim.serial for claim in claims] == list(range(1, 8))


async def test_without_the_atomic_step_the_same_unit_is_taken_twice(redis: Redis) -> None:
    """The twin of the test above: the same admission as separate commands, paused between check and take."""
    line = await new_line(redis, quantity=1)
    for account in (1, 2):
        await joined(redis, line, account)
    both_have_checked = asyncio.Barrier(2)

    async def admit_without_lua() -> str | None:
        left = 1 - await redis.zcard(line_key(line, "inflight"))
        await both_have_checked.wait()
        if left <= 0:
            return None
        [(account, number)] = cast(list[tuple[str, float]], await redis.zpopmin(line_key(line, "waiting")))
        await redis.zadd(line_key(line, "inflight"), {f"{line}:{int(number)}:1": 1})
        return str(account)

    served = await asyncio.gather(admit_without_lua(), admit_without_lua())

    assert sorted(map(str, served)) == ["1", "2"], "two customers were served with one unit of stock"


async def test_claims_in_flight_never_exceed_the_window(redis: Redis) -> None:
    line = await new_line(redis, quantity=100)
    for account in range(1, 51):
        await joined(redis, line, account)

    admitted = [await admit(redis, line, batch=10, window=15) for _ in range(4)]
    await settle(redis, line, [issued(claim) for claim in (await claims_of(redis, line))[:5]])
    after = await admit(redis, line, batch=10, window=15)

    assert admitted == [10, 5, 0, 0]
    assert after == 5


@pytest.mark.parametrize("changes", [{"paused": True}, {"state": EventState.CLOSED}])
async def test_a_paused_or_closed_line_serves_nobody(redis: Redis, changes: dict[str, object]) -> None:
    event = coupon_event()
    await scripts.announce(redis, event=event)
    await joined(redis, event.coupon_event_id, 1)
    await scripts.announce(redis, event=event.model_copy(update={"revision": 2, **changes}))

    assert await admit(redis, event.coupon_event_id) == 0


async def test_the_same_answer_twice_is_once(redis: Redis) -> None:
    line = await new_line(redis, quantity=2)
    for account in (1, 2):
        await joined(redis, line, account)
    await admit(redis, line)
    first, second = await claims_of(redis, line)
    answers: list[CouponIssuedV1 | CouponRefusedV1] = [issued(first), refused(second, RefusalReason.UNKNOWN_CUSTOMER)]

    once, twice = await settle(redis, line, answers), await settle(redis, line, answers * 2)

    assert (once.changed, twice.changed) == (2, 0)
    assert (twice.stock_left, twice.in_flight) == (1, 0)
    assert await redis.lrange(line_key(line, "returned"), 0, -1) == ["2"]


async def test_a_refused_unit_goes_to_the_next_in_line_with_the_same_serial(redis: Redis) -> None:
    line = await new_line(redis, quantity=1)
    for account in (1, 2):
        await joined(redis, line, account)
    await admit(redis, line)
    [claim] = await claims_of(redis, line)

    await settle(redis, line, [refused(claim, RefusalReason.UNKNOWN_CUSTOMER)])
    await admit(redis, line)

    again = (await claims_of(redis, line))[1]
    place = await look(redis, line, 1)
    assert (again.customer_id, again.serial) == (2, 1)
    assert again.claim_id != claim.claim_id
    assert place is not None
    assert (place.state, place.reason) == ("refused", "unknown-customer")


async def test_a_taken_serial_is_not_given_again_and_its_customer_stays_in_front(redis: Redis) -> None:
    line = await new_line(redis, quantity=2)
    for account in (1, 2):
        await joined(redis, line, account)
    await admit(redis, line, batch=1)
    [claim] = await claims_of(redis, line)

    await settle(redis, line, [refused(claim, RefusalReason.SERIAL_TAKEN)])
    await admit(redis, line)

    again = (await claims_of(redis, line))[1:]
    assert [(claim.customer_id, claim.serial) for claim in again] == [(1, 2)], "one of two units is somebody else's"


async def test_sold_out_is_said_only_when_every_unit_is_certain(redis: Redis) -> None:
    line = await new_line(redis, quantity=1)
    for account in (1, 2):
        await joined(redis, line, account)
    await admit(redis, line)
    [claim] = await claims_of(redis, line)

    before, _ = await look(redis, line, 2), await settle(redis, line, [issued(claim)])
    after, newcomer = await look(redis, line, 2), await join(redis, line, 3)

    assert before is not None
    assert before.state == "waiting"
    assert after is not None
    assert after.state == "sold-out"
    assert isinstance(newcomer, NotJoined)
    assert newcomer.refusal == "sold-out"


async def test_those_behind_move_up_when_somebody_leaves(redis: Redis) -> None:
    line = await new_line(redis)
    for account in (1, 2, 3):
        await joined(redis, line, account)

    left = await scripts.leave(redis, event_id=line, account_id=2)
    again = await scripts.leave(redis, event_id=line, account_id=2)
    await admit(redis, line)

    assert (left, again) == ("left", "left")
    assert [claim.customer_id for claim in await claims_of(redis, line)] == [1, 3]
