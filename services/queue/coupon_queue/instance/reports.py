"""Once a second, what this instance alone knows about each line, for whichever instance an operator asks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.background import retry_forever
from coupon_queue.leader.lines import Lines
from coupon_queue.line.activity import Activity
from coupon_queue.line.event_catalog import EventCatalog
from coupon_queue.line.line_by_line import LineByLine
from coupon_queue.scripts import Report
from coupon_queue.streams.open_streams import OpenStreams

_EVERY_SECONDS = 1.0


class Reports:
    def __init__(
        self,
        *,
        redis: Redis,
        catalog: EventCatalog,
        streams: OpenStreams,
        activity: Activity,
        lines: Lines,
        instance: str,
        leads: Callable[[], bool],
    ) -> None:
        self._catalog = catalog
        self._redis = redis
        self._streams = streams
        self._activity = activity
        self._lines = lines
        self._instance = instance
        self._leads = leads
        self._each = LineByLine("reports")

    async def run(self) -> None:
        await retry_forever("reports", self._report_all)

    async def _report_all(self) -> None:
        for event_id in self._each.sound(self._busy()):
            with self._each.apart(event_id):
                await scripts.report(self._redis, event_id=event_id, instance=self._instance, report=self._of(event_id))
        await asyncio.sleep(_EVERY_SECONDS)

    def _busy(self) -> set[UUID]:
        """Lines with streams here, those where something happened lately, and for the leader those that run.

        What anybody asked for by a name that no event has leaves no trace.
        """
        busy = {*self._streams.events(), *self._activity.events(now=time.monotonic()), *self._led()}
        return {event_id for event_id in busy if self._catalog.get(event_id) is not None}

    def _led(self) -> list[UUID]:
        lines = self._lines.known().items() if self._leads() else ()
        return [event_id for event_id, line in lines if line.ticked and line.ticked.state in {"open", "paused"}]

    def _of(self, event_id: UUID) -> Report:
        happened = self._activity.take(event_id, now=time.monotonic())
        return Report(
            streams=self._streams.streams_of(event_id),
            joins_per_second=happened.joins_per_second,
            refusals=happened.refusals,
            window=self._lines.of(event_id).window.size if self._leads() else None,
        )
