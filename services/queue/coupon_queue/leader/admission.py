"""Serves the front of each line as fast as main answers, and no faster."""

from __future__ import annotations

import time
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.background import retry_forever, wait_for
from coupon_queue.leader.lines import Lines
from coupon_queue.leader.signals import LineSignals
from coupon_queue.line.line_by_line import LineByLine
from coupon_queue.scripts import Term
from coupon_queue.settings import Settings
from salon_kit.logs import get_logger

log = get_logger(__name__)


class Admission:
    """Wakes at every settlement, and now and then by itself for people who just joined."""

    def __init__(self, settings: Settings, *, redis: Redis, lines: Lines, signals: LineSignals) -> None:
        self._settings = settings
        self._redis = redis
        self._lines = lines
        self._signals = signals
        self._each = LineByLine("admission")

    async def run(self, term: Term) -> None:
        await retry_forever("admission", lambda: self._serve_all(term))

    async def _serve_all(self, term: Term) -> None:
        self._signals.admission.clear()
        served, changed = 0, False
        for event_id in self._each.sound(self._lines.open()):
            line = self._lines.of(event_id)
            changed, line.changed = changed or line.changed, False
            with self._each.apart(event_id):
                served += await self._serve(event_id, term)
        if served:
            self._signals.claimed()
        if changed:
            self._signals.change_served()
        if served:
            return
        await wait_for(self._signals.admission, seconds=self._settings.admit_poll_seconds)

    async def _serve(self, event_id: UUID, term: Term) -> int:
        line = self._lines.of(event_id)
        ceiling = self._lines.pace_ceiling(event_id)
        allowed = line.pace.allowed(ceiling_per_second=ceiling, now=time.monotonic())
        most = self._settings.admit_batch_size
        batch = most if allowed is None else min(most, allowed)
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
