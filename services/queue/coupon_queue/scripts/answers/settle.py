from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.scripts.shared.line_keys import line_keys
from coupon_queue.scripts.shared.lua import line_script
from salon_contracts.events.coupons import CouponIssuedV1, CouponRefusedV1
from salon_kit.redis.script import Word

_settle = line_script("answers/settle")


class Settled(NamedTuple):
    """`answer_seconds`: how long main took, and `refused`: why, both only of answers whose claim was still open."""

    changed: int
    stock_left: int
    in_flight: int
    answer_seconds: list[float]
    refused: list[str]


async def settle(
    redis: Redis, *, event_id: UUID, answers: Sequence[CouponIssuedV1 | CouponRefusedV1]
) -> Settled | None:
    """Take in main's answers to claims of one line (at most a few hundred). The same answer twice is once.

    None when this Redis does not know the event: nothing was changed.
    """
    words = [word for answer in answers for word in _words(answer)]
    answer = await _settle(redis, keys=line_keys(event_id), args=words)
    if not answer:
        return None
    changed, stock_left, in_flight, *times = answer
    fresh = [(answer, ms / 1000) for answer, ms in zip(answers, times, strict=True) if ms >= 0]
    refused = [answer.reason.value for answer, _ in fresh if isinstance(answer, CouponRefusedV1)]
    return Settled(changed, stock_left, in_flight, [seconds for _, seconds in fresh], refused)


def _words(answer: CouponIssuedV1 | CouponRefusedV1) -> tuple[Word, ...]:
    claim = (answer.claim_id, answer.customer_id, answer.number, answer.serial)
    if isinstance(answer, CouponIssuedV1):
        return ("issued", *claim, str(answer.coupon_id), "", answer.trace_id)
    return ("refused", *claim, "", answer.reason.value, answer.trace_id)
