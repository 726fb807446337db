"""The Redis client: bounded waits, no hidden retries, and cancellation that works.

It talks to one server, or through Sentinels to whichever server is the primary now.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, cast

from redis.asyncio import BlockingConnectionPool, Connection, Redis, Sentinel
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import SentinelConnectionPool, SentinelManagedConnection
from redis.backoff import NoBackoff
from redis.exceptions import TimeoutError as RedisTimeoutError

from coupon_queue.settings import Settings
from salon_kit.redis.address import Sentinels, sentinels_in

# Sentinels answer from memory. One that does not is passed over, and the next one is asked.
_SENTINEL_SECONDS = 0.3


class CancellableConnection(Connection):
    """redis-py sends with `asyncio.wait_for`, which in Python 3.11 swallows a cancellation that comes just then.

    A job that loses its cancellation never ends, and a leader that lost its lease would lead on. (It also saves the
    task that wait_for makes for each command.)
    """

    async def send_packed_command(
        self,
        command: bytes | str | Iterable[bytes],
        check_health: bool = True,  # noqa: FBT001, FBT002 - redis-py's
    ) -> None:
        seconds, self.socket_timeout = self.socket_timeout, None
        try:
            async with asyncio.timeout(seconds):
                await super().send_packed_command(command, check_health)
        except TimeoutError as error:
            raise RedisTimeoutError("Timeout writing to socket") from error
        finally:
            self.socket_timeout = seconds


class _CancellablePrimaryConnection(CancellableConnection, SentinelManagedConnection):
    """The same, to whichever server is the primary now."""


class ReplicatedRedis(Redis):
    """A primary with replicas: what must outlive the primary waits until one of them has it (see scripts/lua.py)."""

    wait_ms: int


class _PrimaryPool(SentinelConnectionPool, BlockingConnectionPool):
    """Asks the Sentinels for the primary at each new connection; waits for a free one when all are in use."""


def connect_redis(settings: Settings) -> Redis:
    """No retries: a command whose answer was lost may have run, and only its caller knows if it may run again."""
    options: dict[str, Any] = {
        "decode_responses": True,
        "max_connections": settings.redis_connections_max,
        "timeout": settings.redis_timeout_seconds,
        "socket_timeout": settings.redis_timeout_seconds,
        "socket_connect_timeout": settings.redis_timeout_seconds / 2,
        "retry": Retry(NoBackoff(), 0),
    }
    sentinels = sentinels_in(settings.redis_url)
    if sentinels is None:
        return Redis.from_pool(
            BlockingConnectionPool.from_url(settings.redis_url, connection_class=CancellableConnection, **options)
        )
    pool = _PrimaryPool(  # type: ignore[no-untyped-call]  # redis-py's own __init__
        sentinels.primary_name,
        _manager(sentinels),
        connection_class=_CancellablePrimaryConnection,
        db=sentinels.db,
        username=sentinels.username,
        password=sentinels.password,
        **options,
    )
    redis = cast(ReplicatedRedis, ReplicatedRedis.from_pool(pool))
    # An answer must come before the connection gives up on it.
    redis.wait_ms = int(settings.redis_timeout_seconds * 1000 * 2 / 3)
    return redis


def _manager(sentinels: Sentinels) -> Sentinel:
    timeouts = {"socket_timeout": _SENTINEL_SECONDS, "socket_connect_timeout": _SENTINEL_SECONDS}
    return Sentinel(  # type: ignore[no-untyped-call]  # redis-py's own __init__
        sentinels.addresses, sentinel_kwargs={**timeouts, "retry": Retry(NoBackoff(), 0)}
    )
