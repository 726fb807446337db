"""Once a second, and at once when something decisive happened: the frame of each line, and whose time is up."""

from __future__ import annotations

import time
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.background import retry_forever, wait_for
from coupon_queue.leader.lines import Line, Lines
from coupon_queue.leader.signals import LineSignals
from coupon_queue.line.event_catalog import EventCatalog
from coupon_queue.line.line_by_line import LineByLine
from coupon_queue.metrics import Metrics
from coupon_queue.scripts import FINAL_STATES, EtaUpdate, Term, Ticked
from coupon_queue.settings import Settings
from salon_kit.logs import get_logger

log = get_logger(__name__)

_DEPARTURES_MAX = 500
_BATCH = 500


class Ticks:
    def __init__(
        self,
        settings: Settings,
        *,
        redis: Redis,
        catalog: EventCatalog,
        lines: Lines,
        metrics: Metrics,
        signals: LineSignals,
    ) -> None:
        self._settings = settings
        self._redis = redis
        self._catalog = catalog
        self._lines = lines
        self._metrics = metrics
        self._signals = signals
        self._each = LineByLine("ticks")
        self._due_at = 0.0

    async def run(self, term: Term) -> None:
        self._lines.forget_all()
        self._due_at = time.monotonic()
        await retry_forever("ticks", lambda: self._tick_all(term))

    async def _tick_all(self, term: Term) -> None:
        self._signals.ticks.clear()
        await self._release_dead_instances()
        for event_id in self._each.sound(self._lines.active()):
            with self._each.apart(event_id):
                await self._tick(event_id, term)
        while self._due_at <= time.monotonic():
            self._due_at += self._settings.tick_seconds
        await wait_for(self._signals.ticks, seconds=self._due_at - time.monotonic())

    async def _tick(self, event_id: UUID, term: Term) -> None:
        while await self._expire(event_id, term) == _BATCH:
            pass
        ticked = await self._frame(event_id, term)
        while ticked is not None and ticked.unsent:
            ticked = await self._frame(event_id, term)
        if ticked is None:
            await self._catalog.announce_again(event_id)
        elif _has_nothing_left(ticked):
            self._lines.deactivate(event_id)

    async def _expire(self, event_id: UUID, term: Term) -> int:
        grace = self._settings.grace_seconds
        return await scripts.expire(self._redis, event_id=event_id, term=term, batch_size=_BATCH, grace_seconds=grace)

    async def _frame(self, event_id: UUID, term: Term) -> Ticked | None:
        line = self._lines.of(event_id)
        was = line.ticked
        line.ticked = await scripts.tick(
            self._redis,
            event_id=event_id,
            term=term,
            departures_max=_DEPARTURES_MAX,
            stalled_seconds=self._settings.answer_stalled_seconds,
            eta=self._update_of(line) if was else None,
        )
        if line.ticked:
            if _moves(line.ticked, was):
                line.moved_at = time.monotonic()
            _promise(line, line.ticked, is_first=was is None)
        if line.ticked and was and line.ticked.state != was.state:
            log.info("line_state_changed", coupon_event_id=str(event_id), state=line.ticked.state, was=was.state)
        return line.ticked

    def _update_of(self, line: Line) -> EtaUpdate:
        update = line.promises.take_update()
        self._metrics.eta_checked.inc(update.checked)
        self._metrics.eta_inside.inc(update.inside)
        return update

    async def _release_dead_instances(self) -> None:
        """People whose instance died keep their places for a grace period."""
        seconds = self._settings.instance_silent_seconds
        silent = await scripts.silent_instances(self._redis, silent_seconds=seconds)
        if not silent:
            return
        log.warning("instances_silent", instances=silent)
        current = [event.coupon_event_id for event in self._catalog.current()]
        for event_id in self._each.sound(current):
            for instance in silent:
                with self._each.apart(event_id):
                    await self._release_people_of(event_id, instance)
        if not any(map(self._each.rests, current)):  # else one of them has people of a dead instance yet
            await scripts.forget_instances(self._redis, instances=silent, silent_seconds=seconds)

    async def _release_people_of(self, event_id: UUID, instance: str) -> None:
        while await scripts.instance_lost(
            self._redis,
            event_id=event_id,
            instance=instance,
            grace_seconds=self._settings.grace_seconds,
            batch_size=_BATCH,
        ):
            pass


def _promise(line: Line, ticked: Ticked, *, is_first: bool) -> None:
    """Remember some of what this frame told people about their turn, and check what earlier ones did."""
    if is_first:
        line.promises.adopt(ticked.spread)
    if ticked.state != "open":
        line.promises.forget()
        return
    now = time.monotonic()
    line.promises.check(serving=ticked.serving, now=now)
    line.promises.made(ticked.samples, ticked.eta_per_place, now=now)


def _moves(ticked: Ticked, was: Ticked | None) -> bool:
    """Or nobody waits for it."""
    return was is None or ticked.state != "open" or not ticked.waiting or ticked.serving != was.serving


def _has_nothing_left(ticked: Ticked) -> bool:
    return ticked.state in FINAL_STATES and ticked.in_flight == 0 and not ticked.frame
