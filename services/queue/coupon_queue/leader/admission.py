"""Serves the front of each line as fast as main answers, and no faster."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.background import retry_forever, wait_for
from coupon_queue.leader.lines import Lines
from coupon_queue.scripts import Term
from salon_kit.logs import get_logger

log = get_logger(__name__)


class Admission:
    """Wakes at every settlement, and now and then by itself for people who just joined.

    What the operator did reaches the line here first and all streams (`looked`) after that: a frame to
    twenty thousand people takes longer than the first coupons do.
    """

    def __init__(
        self,
        *,
        redis: Redis,
        lines: Lines,
        batch_size: int,
        poll_seconds: float,
        claimed: Callable[[], None],
        looked: Callable[[], None],
    ) -> None:
        self._redis = redis
        self._lines = lines
        self._batch_size = batch_size
        self._poll_seconds = poll_seconds
        self._claimed = claimed
        self._looked = looked
        self.wake = asyncio.Event()

    async def run(self, term: Term) -> None:
        await retry_forever("admission", lambda: self._serve_all(term))

    async def _serve_all(self, term: Term) -> None:
        self.wake.clear()
        served, changed = 0, False
        for event_id in self._lines.open():
            line = self._lines.of(event_id)
            changed, line.changed = changed or line.changed, False
            served += await self._serve(event_id, term)
        if served:
            self._claimed()
        if changed:
            self._looked()
        if served:
            return
        await wait_for(self.wake, seconds=self._poll_seconds)

    async def _serve(self, event_id: UUID, term: Term) -> int:
        line = self._lines.of(event_id)
        ceiling = self._lines.pace_ceiling(event_id)
        allowed = line.pace.allowed(ceiling_per_second=ceiling, now=time.monotonic())
        batch = self._batch_size if allowed is None else min(self._batch_size, allowed)
        if batch <= 0:
            return 0
        result = await scripts.admit(
            self._redis, event_id=event_id, term=term, batch_size=batch, window=line.window.size
        )
        if result.admitted:
            line.pace.spend(result.admitted)
            line.promises.check(serving=result.serving, now=time.monotonic())
            log.info(
                "customers_admitted",
                coupon_event_id=str(event_id),
                admitted=result.admitted,
                stock_left=result.stock_left,
                in_flight=result.in_flight,
                window=line.window.size,
            )
        return result.admitted
