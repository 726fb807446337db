from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.scripts.shared.line_keys import line_keys
from coupon_queue.scripts.shared.lua import line_script
from salon_contracts.events.coupons import CouponClaimedV1

_unsent_claims = line_script("leader/unsent_claims")


class UnsentClaim(NamedTuple):
    """`entry_id` is its place in the line's stream of claims, from which it is taken when Kafka has it."""

    entry_id: str
    claim: CouponClaimedV1


async def unsent_claims(redis: Redis, *, event_id: UUID, batch_size: int) -> list[UnsentClaim]:
    """Claims to carry to Kafka, oldest first. Raises NotReplicated: what a failover may still undo stays where it is,

    or a primary that was replaced and does not know it yet would have coupons issued that the line never gave.
    """
    entries = await _unsent_claims.kept(redis, keys=line_keys(event_id), args=[batch_size])
    return [UnsentClaim(entry_id, _claim_in(event_id, words)) for entry_id, words in entries]


def _claim_in(event_id: UUID, words: list[str]) -> CouponClaimedV1:
    fields = dict(zip(words[::2], words[1::2], strict=True))
    return CouponClaimedV1(
        trace_id=fields["trace_id"],
        coupon_event_id=event_id,
        claim_id=fields["claim_id"],
        customer_id=int(fields["account"]),
        number=int(fields["number"]),
        serial=int(fields["serial"]),
    )
