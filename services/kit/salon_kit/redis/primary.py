"""Connections to whichever server is the primary now, which notice when it is none any more."""

from __future__ import annotations

from typing import Any

import redis.asyncio.sentinel
import redis.sentinel
from redis.exceptions import ResponseError

from salon_kit.redis.cancellable import CancellableConnection

# What a primary answers that its replicas have left. redis-py itself does the same at READONLY, but a primary that was
# replaced hears only after eight seconds that it is none any more; till then it has connections, and no replicas.
_LEFT_BY_REPLICAS = "NOREPLICAS"


class PrimaryConnection(redis.sentinel.SentinelManagedConnection):
    """For threads. Closed at the first sign that another server leads: the next connection asks the Sentinels."""

    def read_response(self, *args: Any, **options: Any) -> Any:
        try:
            return super().read_response(*args, **options)
        except ResponseError as error:
            if str(error).startswith(_LEFT_BY_REPLICAS):
                self.disconnect()  # type: ignore[no-untyped-call]  # redis-py's own
            raise


class AsyncPrimaryConnection(CancellableConnection, redis.asyncio.sentinel.SentinelManagedConnection):
    """The same for an event loop."""

    async def read_response(self, *args: Any, **options: Any) -> Any:
        try:
            return await super().read_response(*args, **options)
        except ResponseError as error:
            if str(error).startswith(_LEFT_BY_REPLICAS):
                await self.disconnect()
            raise
