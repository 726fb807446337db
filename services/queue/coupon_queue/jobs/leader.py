"""One leader at a time: whoever holds the lease runs admission, relay, settlement and ticks."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence

from redis.asyncio import Redis
from redis.exceptions import RedisError

from coupon_queue import scripts
from coupon_queue.jobs.running import patiently
from coupon_queue.outages import is_outage
from coupon_queue.scripts import Deposed, Reign
from salon_contracts.logs import get_logger

log = get_logger(__name__)

Duty = Callable[[Reign], Awaitable[None]]


class Leader:
    """Takes the lease when it is free and keeps it. Every duty ends when the lease does."""

    def __init__(
        self, *, redis: Redis, name: str, lease_seconds: float, may_stand: asyncio.Event, duties: Sequence[Duty]
    ) -> None:
        self._redis = redis
        self._name = name
        self._lease_seconds = lease_seconds
        self._may_stand = may_stand
        self._duties = duties
        self.reign: Reign | None = None

    async def run(self) -> None:
        await patiently("leader", self._stand)

    async def _stand(self) -> None:
        await self._may_stand.wait()  # one who does not know the events yet cannot lead
        reign = await self._take_lead()
        if reign is None:
            await asyncio.sleep(self._lease_seconds / 6)
            return
        log.info("lead_taken", epoch=reign.epoch)
        self.reign = reign
        try:
            await self._rule(reign)
        except* Deposed:
            log.warning("lead_lost", epoch=reign.epoch)
            await asyncio.sleep(self._lease_seconds / 6)
        finally:
            self.reign = None

    async def _rule(self, reign: Reign) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_lease(reign))
                for duty in self._duties:
                    group.create_task(_do(duty, reign))
        except asyncio.CancelledError:
            with contextlib.suppress(RedisError, TimeoutError):  # if Redis is away, the lease ends by itself
                async with asyncio.timeout(1.0):
                    await scripts.resign(self._redis, leader=self._name)
            raise

    async def _keep_lease(self, reign: Reign) -> None:
        """Raises Deposed when the lease is another's, or could not be renewed while it lasted."""
        renewed_at = time.monotonic()
        while True:
            await asyncio.sleep(self._lease_seconds / 4)
            try:
                renewed = await self._take_lead()
            except Exception as error:
                if not is_outage(error):
                    raise
                if time.monotonic() - renewed_at > self._lease_seconds:
                    raise Deposed from error
                continue
            if renewed != reign:
                raise Deposed
            renewed_at = time.monotonic()

    async def _take_lead(self) -> Reign | None:
        return await scripts.take_lead(self._redis, leader=self._name, lease_seconds=self._lease_seconds)


async def _do(duty: Duty, reign: Reign) -> None:
    await duty(reign)
