"""The one way to Redis: to one server, or through Sentinels to whichever server is the primary now.

What every client of ours counts on:

- *Every wait has an end*: for a free connection, for a new one, for a Sentinel, for an answer.
- *Nothing is sent twice behind the caller's back.* A command whose answer was lost may have run, and only its caller
  knows whether it may run again; redis-py would send it again up to three times.
- *A failover needs no restart.* A connection that breaks, times out or is told READONLY or NOREPLICAS is closed, its
  command fails, and the next one asks the Sentinels anew. Idle connections go as soon as a new primary is named.
- *No PING before commands*: a closed connection shows when it is taken from the pool; one that hangs would let the
  PING wait as long as the command, and with no retry either one fails.

Answers are text.
"""

from __future__ import annotations

from typing import Any, cast

import redis
import redis.asyncio
import redis.asyncio.retry
import redis.asyncio.sentinel
import redis.sentinel
from redis.backoff import NoBackoff
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry

from salon_kit.redis.address import Sentinels, sentinels_in
from salon_kit.redis.cancellable import CancellableConnection, CancellableSSLConnection
from salon_kit.redis.primary import AsyncPrimaryConnection, PrimaryConnection

# Sentinels answer from memory. One that does not is passed over, and the next one is asked.
SENTINEL_SECONDS = 0.3
# Of Redis Enterprise. While a pool listens for them, redis-py does not look whether the connections it hands out were
# closed, and after every restart of Redis the first command on each would fail.
_NO_NOTICES = MaintNotificationsConfig(enabled=False)


class ReplicatedRedis(redis.asyncio.Redis):
    """A primary with replicas: what must outlive the primary waits until one of them has it (`Script.kept`)."""

    wait_ms: int


class _PrimaryPool(redis.asyncio.sentinel.SentinelConnectionPool, redis.asyncio.BlockingConnectionPool):
    """Asks the Sentinels for the primary at each new connection; waits for a free one when all are in use."""

    async def aclose(self) -> None:
        await super().aclose()
        for sentinel in self.sentinel_manager.sentinels:
            await sentinel.aclose()


class _PrimaryPoolOfThreads(redis.sentinel.SentinelConnectionPool):
    """Asks the Sentinels for the primary at each new connection."""

    def close(self) -> None:
        super().close()
        for sentinel in self.sentinel_manager.sentinels:
            sentinel.close()


def connect(url: str, *, answer_seconds: float, connect_seconds: float) -> redis.Redis:
    """For threads. Each has a connection while it asks, so the threads bound how many there are.

    `url` is a RedisAddress. Nothing is connected before the first command.
    """
    no_retry = Retry(NoBackoff(), 0)
    options = _options(answer_seconds=answer_seconds, connect_seconds=connect_seconds, retry=no_retry)
    sentinels = sentinels_in(url)
    pool: redis.ConnectionPool
    if sentinels is None:
        pool = redis.ConnectionPool.from_url(url, **options)
    else:
        manager = redis.sentinel.Sentinel(  # type: ignore[no-untyped-call]  # redis-py's own __init__
            sentinels.addresses, sentinel_kwargs=_of_sentinels(sentinels, retry=no_retry)
        )
        pool = _PrimaryPoolOfThreads(  # type: ignore[no-untyped-call]  # the same
            sentinels.primary_name,
            manager,
            connection_class=PrimaryConnection,
            **_of_primary(sentinels),
            **options,
        )
    return redis.Redis.from_pool(pool)


def connect_async(
    url: str, *, answer_seconds: float, connect_seconds: float, connections_max: int
) -> redis.asyncio.Redis:
    """For one event loop. With Sentinels it is a ReplicatedRedis.

    `url` is a RedisAddress. Nothing is connected before the first command.
    """
    no_retry = redis.asyncio.retry.Retry(NoBackoff(), 0)
    options = {
        **_options(answer_seconds=answer_seconds, connect_seconds=connect_seconds, retry=no_retry),
        "max_connections": connections_max,
        "timeout": answer_seconds,  # for a free connection
    }
    sentinels = sentinels_in(url)
    if sentinels is None:
        kind = CancellableSSLConnection if url.startswith("rediss:") else CancellableConnection
        return redis.asyncio.Redis.from_pool(
            redis.asyncio.BlockingConnectionPool.from_url(url, **{**options, "connection_class": kind})
        )
    manager = redis.asyncio.Sentinel(  # type: ignore[no-untyped-call]  # redis-py's own __init__
        sentinels.addresses, sentinel_kwargs=_of_sentinels(sentinels, retry=no_retry)
    )
    pool = _PrimaryPool(  # type: ignore[no-untyped-call]  # the same
        sentinels.primary_name,
        manager,
        connection_class=AsyncPrimaryConnection,
        **_of_primary(sentinels),
        **options,
    )
    replicated = cast(ReplicatedRedis, ReplicatedRedis.from_pool(pool))
    # An answer must come before the connection gives up on it.
    replicated.wait_ms = int(answer_seconds * 1000 * 2 / 3)
    return replicated


def _options(*, answer_seconds: float, connect_seconds: float, retry: Any) -> dict[str, Any]:
    return {
        "decode_responses": True,
        "socket_timeout": answer_seconds,
        "socket_connect_timeout": connect_seconds,
        "retry": retry,
        "maint_notifications_config": _NO_NOTICES,
    }


def _of_primary(sentinels: Sentinels) -> dict[str, Any]:
    return {"db": sentinels.db, "username": sentinels.username, "password": sentinels.password}


def _of_sentinels(sentinels: Sentinels, *, retry: Any) -> dict[str, Any]:
    return {
        "socket_timeout": SENTINEL_SECONDS,
        "socket_connect_timeout": SENTINEL_SECONDS,
        "username": sentinels.sentinel_username,
        "password": sentinels.sentinel_password,
        "retry": retry,
    }
