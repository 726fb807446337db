from __future__ import annotations

from redis.asyncio import Redis

from coupon_queue.scripts.shared.term import Term
from salon_kit.redis.script import Script

_KEYS = ("queue:{leader}:lock", "queue:{leader}:epoch")
_take_lead = Script.beside(__file__)
_resign = Script.beside(__file__, name="resign")


async def take_lead(redis: Redis, *, leader: str, lease_seconds: float) -> Term | None:
    """Become or stay the one leader for the length of a lease; None while another one leads."""
    epoch = int(await _take_lead(redis, keys=_KEYS, args=[leader, int(lease_seconds * 1000)]))
    return Term(leader=leader, epoch=epoch) if epoch else None


async def resign(redis: Redis, *, leader: str) -> None:
    """Give the lead back, so that the next leader need not wait for the lease to end."""
    await _resign(redis, keys=_KEYS[:1], args=[leader])
