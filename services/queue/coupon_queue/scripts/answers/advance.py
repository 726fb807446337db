from __future__ import annotations

from redis.asyncio import Redis

from salon_kit.redis.script import Script

POSITIONS = "queue:{positions}:coupons"
_advance = Script.beside(__file__)


async def advance(redis: Redis, *, partition: int, expected: int, position: int) -> int:
    """Move a read position on. Returns the one that holds now: another than `position` means Redis went back."""
    return int(await _advance(redis, keys=[POSITIONS], args=[partition, expected, position]))


async def positions(redis: Redis) -> dict[int, int]:
    """The next offset to read of each partition of `coupons`; a missing one means the beginning."""
    return {int(partition): int(offset) for partition, offset in (await redis.hgetall(POSITIONS)).items()}
