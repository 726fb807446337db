"""What one Lua step promises by itself, on a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.scripts import Joined, Joiner, LostLease, NotJoined, Term
from coupon_queue.scripts.shared.line_keys import line_key
from salon_contracts.events.coupons import CouponClaimedV1, CouponIssuedV1, CouponRefusedV1, EventState, RefusalReason
from tests.harness.coupon_events import coupon_event

TERM = Term("queue-1", 1)


async def new_line(redis: Redis, **changes: object) -> UUID:
    event = coupon_event(**changes)
    await scripts.announce(redis, event=event)
    return event.coupon_event_id


async def join(redis: Redis, line: UUID, account_id: int, *, ticket: int = 0, grace: float = 60) -> Joined | NotJoined:
    [answer] = await scripts.join(redis, event_id=line, joiners=[Joiner(account_id, ticket, "t")], grace_seconds=grace)
    return answer


async def joined(redis: Redis, line: UUID, account_id: int, *, ticket: int = 0, grace: float = 60) -> Joined:
    answer = await join(redis, line, account_id, ticket=ticket, grace=grace)
    assert isinstance(answer, Joined), answer
    return answer


async def admit(redis: Redis, line: UUID, *, batch: int = 10, window: int = 100, term: Term = TERM) -> int:
    result = await scripts.admit(redis, event_id=line, term=term, batch_size=batch, window=window)
    return result.admitted


async def claims_of(redis: Redis, line: UUID) -> list[CouponClaimedV1]:
    entries = cast(list[tuple[str, dict[str, str]]], await redis.xrange(line_key(line, "claims")))
    return [
        CouponClaimedV1(
            trace_id=fields["trace_id"],
            coupon_event_id=line,
            claim_id=fields["claim_id"],
            customer_id=int(fields["account"]),
            number=int(fields["number"]),
            serial=int(fields["serial"]),
        )
        for _, fields in entries
    ]


def issued(claim: CouponClaimedV1) -> CouponIssuedV1:
    facts = claim.model_dump(include={"coupon_event_id", "claim_id", "customer_id", "number", "serial"})
    return CouponIssuedV1(trace_id="t", coupon_id=uuid4(), **facts)


def refused(claim: CouponClaimedV1, reason: RefusalReason) -> CouponRefusedV1:
    facts = claim.model_dump(include={"coupon_event_id", "claim_id", "customer_id", "number", "serial"})
    return CouponRefusedV1(trace_id="t", reason=reason, **facts)


async def settle(redis: Redis, line: UUID, answers: Sequence[CouponIssuedV1 | CouponRefusedV1]) -> scripts.Settled:
    settled = await scripts.settle(redis, event_id=line, answers=answers)
    assert settled is not None
    return settled


async def look(redis: Redis, line: UUID, account_id: int) -> scripts.Place | None:
    return await scripts.read_place(redis, event_id=line, account_id=account_id, grace_seconds=60)


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

    await scripts.expire(redis, event_id=line, term=TERM, batch_size=10)

    places = [await look(redis, line, account) for account in (1, 2)]
    assert places[0] is None
    assert places[1] is not None


async def test_no_grace_period_runs_while_any_stream_of_the_account_is_open(redis: Redis) -> None:
    line = await new_line(redis)
    await joined(redis, line, 1)
    for instance in ("a", "b"):
        await scripts.stream_opened(redis, event_id=line, instance=instance, account_ids=[1])

    first = await scripts.stream_closed(redis, event_id=line, instance="a", account_ids=[1], grace_seconds=0)
    await scripts.expire(redis, event_id=line, term=TERM, batch_size=10)
    still = await look(redis, line, 1)
    last = await scripts.stream_closed(redis, event_id=line, instance="b", account_ids=[1], grace_seconds=0)
    await scripts.expire(redis, event_id=line, term=TERM, batch_size=10)

    assert (first, last) == (0, 1)
    assert still is not None
    assert await look(redis, line, 1) is None


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
    await scripts.expire(redis, event_id=line, term=TERM, batch_size=10)

    places = [await look(redis, line, account) for account in (1, 2, 3)]
    assert taken == [2, 1, 0]
    assert [place is not None for place in places] == [False, True, False]


async def test_a_leader_that_lost_its_lease_changes_nothing(redis: Redis) -> None:
    line = await new_line(redis)
    for account in (1, 2):
        await joined(redis, line, account, grace=0)
    assert await admit(redis, line, batch=1, term=Term("new", 2)) == 1
    before = {key: await redis.dump(key) for key in await redis.keys("line:*")}

    old = Term("old", 1)
    with pytest.raises(LostLease):
        await admit(redis, line, term=old)
    with pytest.raises(LostLease):
        await scripts.tick(redis, event_id=line, term=old, departures_max=10, stalled_seconds=5)
    with pytest.raises(LostLease):
        await scripts.expire(redis, event_id=line, term=old, batch_size=10)
    with pytest.raises(LostLease):
        await admit(redis, line, term=Term("impostor", 2))

    assert {key: await redis.dump(key) for key in await redis.keys("line:*")} == before


async def test_one_instance_leads_until_its_lease_ends_and_every_term_has_a_higher_epoch(redis: Redis) -> None:
    first = await scripts.take_lead(redis, leader="a", lease_seconds=0.2)
    refused_to_other = await scripts.take_lead(redis, leader="b", lease_seconds=0.2)
    renewed = await scripts.take_lead(redis, leader="a", lease_seconds=0.2)
    await asyncio.sleep(0.25)
    second = await scripts.take_lead(redis, leader="b", lease_seconds=5)
    await scripts.resign(redis, leader="a")
    still = await scripts.take_lead(redis, leader="a", lease_seconds=5)

    assert first is not None
    assert second is not None
    assert first == renewed
    assert refused_to_other is None
    assert (first.leader, second.leader) == ("a", "b")
    assert second.epoch > first.epoch
    assert still is None


async def test_an_epoch_is_never_given_again_even_after_redis_was_lost(redis: Redis) -> None:
    before = await scripts.take_lead(redis, leader="a", lease_seconds=5)
    await asyncio.sleep(0.01)
    await redis.flushall()

    after = await scripts.take_lead(redis, leader="b", lease_seconds=5)

    assert before is not None
    assert after is not None
    assert after.epoch > before.epoch


async def test_a_read_position_that_went_back_with_redis_is_noticed(redis: Redis) -> None:
    await scripts.advance(redis, partition=0, expected=0, position=10)
    await redis.flushall()

    held = await scripts.advance(redis, partition=0, expected=10, position=12)

    assert held == 0
    assert await scripts.positions(redis) == {}
