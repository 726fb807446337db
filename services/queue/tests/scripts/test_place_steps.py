"""Who stands where: joining, leaving, tickets and grace periods, each one Lua step on a real Redis."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.scripts import NotJoined
from coupon_queue.scripts.shared.line_keys import line_key
from salon_contracts.events.coupons import EventState
from tests.harness.coupon_events import coupon_event
from tests.scripts.line_steps import TERM, admit, claims_of, join, joined, look, new_line


async def test_joining_twice_gives_the_same_place(redis: Redis) -> None:
    line = await new_line(redis)

    first, other, again = [await joined(redis, line, account) for account in (1, 2, 1)]

    assert (first.created, other.created, again.created) == (True, True, False)
    assert [answer.place.number for answer in (first, other, again)] == [1, 2, 1]


async def test_a_thousand_joins_at_once_get_a_thousand_numbers(redis: Redis) -> None:
    line = await new_line(redis)

    answers = await asyncio.gather(*(joined(redis, line, account % 500) for account in range(1_000)))

    assert sorted(answer.place.number for answer in answers if answer.created) == list(range(1, 501))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"opens_at": datetime.now(UTC) + timedelta(hours=1)}, "not-yet-open"),
        ({"closes_at": datetime.now(UTC) - timedelta(seconds=1)}, "closed"),
        ({"state": EventState.CLOSED}, "closed"),
    ],
)
async def test_a_line_that_is_not_open_takes_nobody(redis: Redis, changes: dict[str, object], refusal: str) -> None:
    line = await new_line(redis, **changes)

    answer = await join(redis, line, 1)

    assert isinstance(answer, NotJoined)
    assert answer.refusal == refusal
    assert await redis.exists(line_key(line, "numbers")) == 0


async def test_a_full_line_refuses_newcomers_but_not_those_who_stand_in_it(redis: Redis) -> None:
    line = await new_line(redis, max_waiting=2)
    for account in (1, 2):
        await joined(redis, line, account)

    newcomer, known = await join(redis, line, 3), await joined(redis, line, 1)

    assert isinstance(newcomer, NotJoined)
    assert newcomer.refusal == "line-full"
    assert known.place.number == 1


async def test_an_older_revision_changes_nothing(redis: Redis) -> None:
    event = coupon_event(revision=2, paused=True)
    await scripts.announce(redis, event=event)

    changed = await scripts.announce(redis, event=event.model_copy(update={"revision": 1, "paused": False}))

    status = await scripts.status(redis, event_id=event.coupon_event_id)
    assert not changed
    assert status is not None
    assert status.state == "paused"


async def test_a_place_that_was_given_up_is_not_restored_by_its_old_ticket(redis: Redis) -> None:
    line = await new_line(redis)
    for account in (1, 2):
        await joined(redis, line, account)
    await scripts.leave(redis, event_id=line, account_id=1)

    again = await joined(redis, line, 1, ticket=1)

    assert (again.created, again.place.number) == (True, 3)


async def test_nobody_leaves_with_a_claim_under_way(redis: Redis) -> None:
    line = await new_line(redis)
    await joined(redis, line, 1)
    await admit(redis, line)

    assert await scripts.leave(redis, event_id=line, account_id=1) == "claimed"


async def test_a_ticket_restores_its_own_number_after_redis_was_lost(redis: Redis) -> None:
    event = coupon_event()
    line = event.coupon_event_id
    await redis.flushall()
    await scripts.announce(redis, event=event)

    late, early, stranger = [
        await joined(redis, line, account, ticket=ticket) for account, ticket in ((40, 40), (7, 7), (99, 0))
    ]

    assert [answer.place.number for answer in (late, early)] == [40, 7]
    assert not late.created
    assert stranger.place.number == 41, "a new number is never one that a ticket may still claim"
    await admit(redis, line)
    assert [claim.customer_id for claim in await claims_of(redis, line)] == [7, 40, 99]


async def test_a_ticket_moves_its_owner_from_a_later_number_to_its_own(redis: Redis) -> None:
    line = await new_line(redis)
    for account in (1, 2, 3):
        await joined(redis, line, account, ticket=10 * account)
    await joined(redis, line, 4)

    moved = await joined(redis, line, 4, ticket=15)

    assert moved.place.number == 15
    await admit(redis, line, batch=2)
    assert [claim.customer_id for claim in await claims_of(redis, line)] == [1, 4]


async def test_a_person_without_a_stream_has_left_after_the_grace_period(redis: Redis) -> None:
    line = await new_line(redis)
    await joined(redis, line, 1, grace=0)
    await joined(redis, line, 2, grace=60)

    await scripts.expire(redis, event_id=line, term=TERM, batch_size=10, grace_seconds=60)

    places = [await look(redis, line, account) for account in (1, 2)]
    assert places[0] is None
    assert places[1] is not None


async def test_no_grace_period_runs_while_any_stream_of_the_account_is_open(redis: Redis) -> None:
    line = await new_line(redis)
    await joined(redis, line, 1)
    for instance in ("a", "b"):
        await scripts.stream_opened(redis, event_id=line, instance=instance, account_ids=[1])

    first = await scripts.stream_closed(redis, event_id=line, instance="a", account_ids=[1], grace_seconds=0)
    await scripts.expire(redis, event_id=line, term=TERM, batch_size=10, grace_seconds=60)
    still = await look(redis, line, 1)
    last = await scripts.stream_closed(redis, event_id=line, instance="b", account_ids=[1], grace_seconds=0)
    await scripts.expire(redis, event_id=line, term=TERM, batch_size=10, grace_seconds=60)

    assert (first, last) == (0, 1)
    assert still is not None
    assert await look(redis, line, 1) is None


async def _expire_after(redis: Redis, line: UUID, *, pause: float, grace: float) -> None:
    await asyncio.sleep(pause)
    await scripts.expire(redis, event_id=line, term=TERM, batch_size=10, grace_seconds=grace)


@pytest.mark.parametrize("ahead", [timedelta(minutes=10), timedelta(minutes=-10)], ids=["forth", "back"])
async def test_nobody_leaves_by_a_clock_that_jumped_and_whoever_stays_away_leaves_all_the_same(
    redis: Redis, ahead: timedelta
) -> None:
    grace, pause = 0.2, 0.3
    line = await new_line(redis)
    await joined(redis, line, 1, grace=0)
    await _expire_after(redis, line, pause=0, grace=60)
    assert await look(redis, line, 1) is None
    await joined(redis, line, 2, grace=grace)

    # As if the clock had been another one until now.
    before = (datetime.now(UTC) - ahead).timestamp() * 1000
    await redis.hset(line_key(line, "meta"), "expire_asked_ms", int(before))
    await redis.zadd(line_key(line, "grace"), {"2": int(before + grace * 1000)})
    await _expire_after(redis, line, pause=0, grace=grace)
    at_first = await look(redis, line, 2)
    for _ in range(2):
        await _expire_after(redis, line, pause=pause, grace=grace)

    assert at_first is not None
    assert await look(redis, line, 2) is None


async def test_people_of_a_dead_instance_get_their_grace_period(redis: Redis) -> None:
    line = await new_line(redis)
    for account in (1, 2, 3):
        await joined(redis, line, account)
    await scripts.stream_opened(redis, event_id=line, instance="dead", account_ids=[1, 2, 3])
    await scripts.stream_opened(redis, event_id=line, instance="alive", account_ids=[2])

    taken = [
        await scripts.instance_lost(redis, event_id=line, instance="dead", grace_seconds=0, batch_size=2)
        for _ in range(3)
    ]
    await scripts.expire(redis, event_id=line, term=TERM, batch_size=10, grace_seconds=60)

    places = [await look(redis, line, account) for account in (1, 2, 3)]
    assert taken == [2, 1, 0]
    assert [place is not None for place in places] == [False, True, False]
