from __future__ import annotations

from collections.abc import Sequence

from redis.asyncio import Redis

from salon_kit.redis.script import Script

_KEYS = ("queue:{instances}:beats",)
_heartbeat = Script.beside(__file__)
_silent_instances = Script.beside(__file__, name="silent_instances")


async def heartbeat(redis: Redis, *, instance: str) -> bool:
    """Give a sign of life. False when this instance had been forgotten: its streams have to be reported again."""
    return bool(await _heartbeat(redis, keys=_KEYS, args=[instance]))


async def silent_instances(redis: Redis, *, silent_seconds: float) -> list[str]:
    return list(await _silent_instances(redis, keys=_KEYS, args=[int(silent_seconds * 1000)]))


async def forget_instances(redis: Redis, *, instances: Sequence[str], silent_seconds: float) -> None:
    """Strike out instances whose people were all taken care of."""
    await _silent_instances(redis, keys=_KEYS, args=[int(silent_seconds * 1000), *instances])
