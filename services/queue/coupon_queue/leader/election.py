"""One leader at a time: whoever holds the lease runs admission, relay, settlement and ticks."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence

from redis.asyncio import Redis
from redis.exceptions import RedisError

from coupon_queue import scripts
from coupon_queue.background import retry_forever
from coupon_queue.outages import is_outage
from coupon_queue.scripts import LostLease, Term
from coupon_queue.settings import Settings
from salon_kit.logs import get_logger

log = get_logger(__name__)

Duty = Callable[[Term], Awaitable[None]]


class Leader:
    """Takes the lease when it is free and keeps it. Every duty ends when the lease does."""

    def __init__(
        self, settings: Settings, *, redis: Redis, name: str, may_campaign: asyncio.Event, duties: Sequence[Duty]
    ) -> None:
        self._redis = redis
        self._name = name
        self._lease_seconds = settings.lease_seconds
        self._may_campaign = may_campaign
        self._duties = duties
        self.term: Term | None = None

    async def run(self) -> None:
        await retry_forever("leader", self._campaign)

    async def _campaign(self) -> None:
        await self._may_campaign.wait()  # one who does not know the events yet cannot lead
        term = await self._take_lead()
        if term is None:
            await asyncio.sleep(self._lease_seconds / 6)
            return
        log.info("lead_taken", epoch=term.epoch)
        self.term = term
        try:
            await self._lead(term)
        except* LostLease:
            log.warning("lead_lost", epoch=term.epoch)
            await asyncio.sleep(self._lease_seconds / 6)
        finally:
            self.term = None

    async def _lead(self, term: Term) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_lease(term))
                for duty in self._duties:
                    group.create_task(_do(duty, term))
        except asyncio.CancelledError:
            with contextlib.suppress(RedisError, TimeoutError):  # if Redis is away, the lease ends by itself
                async with asyncio.timeout(1.0):
                    await scripts.resign(self._redis, leader=self._name)
            raise

    async def _keep_lease(self, term: Term) -> None:
        """Raises LostLease when the lease is another's, or could not be renewed while it lasted."""
        renewed_at = time.monotonic()
        while True:
            await asyncio.sleep(self._lease_seconds / 4)
            try:
                renewed = await self._take_lead()
            except Exception as error:
                if not is_outage(error):
                    raise
                if time.monotonic() - renewed_at > self._lease_seconds:
                    raise LostLease from error
                continue
            if renewed != term:
                raise LostLease
            renewed_at = time.monotonic()

    async def _take_lead(self) -> Term | None:
        return await scripts.take_lead(self._redis, leader=self._name, lease_seconds=self._lease_seconds)


async def _do(duty: Duty, term: Term) -> None:
    await duty(term)
