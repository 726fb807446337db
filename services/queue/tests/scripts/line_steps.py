"""The Lua steps of one line, with what a test mostly leaves as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from uuid import UUID, uuid4

from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.scripts import Joined, Joiner, NotJoined, Term
from coupon_queue.scripts.shared.line_keys import line_key
from salon_contracts.events.coupons import CouponClaimedV1, CouponIssuedV1, CouponRefusedV1, RefusalReason
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
