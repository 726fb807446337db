"""Who is here: reports to the lines whose streams opened and closed, and reads the places that they are shown."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.background import retry_forever
from coupon_queue.line.errors import NotInLine
from coupon_queue.line.event_catalog import EventCatalog
from coupon_queue.line.line_by_line import LineByLine
from coupon_queue.line.tickets import Tickets
from coupon_queue.scripts import Joiner, Place
from coupon_queue.settings import Settings
from coupon_queue.streams.line_stream import LineStream, StreamState
from coupon_queue.streams.open_streams import OpenStreams
from coupon_queue.streams.watchers import Watchers
from salon_kit.logs import get_logger

log = get_logger(__name__)

_STEP_SECONDS = 0.05
_BATCH = 500
_RESTORED_AT_ONCE = 50
_PLACES_AT_ONCE = 200


class Presence:
    def __init__(
        self,
        settings: Settings,
        *,
        redis: Redis,
        streams: OpenStreams,
        watchers: Watchers,
        catalog: EventCatalog,
        tickets: Tickets,
        instance: str,
    ) -> None:
        self._redis = redis
        self._tickets = tickets
        self._streams = streams
        self._watchers = watchers
        self._catalog = catalog
        self._instance = instance
        self._grace_seconds = settings.grace_seconds
        self._each = LineByLine("presence")

    async def report(self) -> None:
        """Job: report who went, and mend what is behind."""
        await retry_forever("presence", self._step)

    async def beat(self) -> None:
        """Job: give a sign of life. Whoever was forgotten reports all its streams again."""
        await retry_forever("beat", self._beat)

    async def keep_alive(self, *, every_seconds: float) -> None:
        """Job: a comment on silent streams."""
        while True:
            await asyncio.sleep(every_seconds)
            self._streams.keep_alive()
            self._watchers.keep_alive()

    async def end_with_tokens(self) -> None:
        """Job: end the streams whose tokens have."""
        while True:
            await asyncio.sleep(1.0)
            self._streams.end_with_tokens(now=time.time())

    async def read_place(self, stream: LineStream) -> Place | None:
        """Reports one stream to its line. Answers with the place that it is to show, or None for who is not in line."""
        [place] = await self._read([stream.account_id], event_id=stream.event_id)
        return place

    async def begin(self, stream: LineStream, place: Place) -> None:
        """The stream is open now. If its place changed since it was read, read it again."""
        if stream.state is StreamState.STALE:
            await self.bring_in_step(event_id=stream.event_id, account_ids=[stream.account_id])
        else:
            self._streams.show(stream, place)

    async def bring_in_step(self, *, event_id: UUID, account_ids: Sequence[int]) -> list[int]:
        """Read these accounts' places and show them. Returns the accounts that this Redis does not have in line."""
        missing: list[int] = []
        for start in range(0, len(account_ids), _PLACES_AT_ONCE):
            chunk = account_ids[start : start + _PLACES_AT_ONCE]
            self._streams.begin_reading(event_id=event_id, account_ids=chunk)
            places = await self._read(chunk, event_id=event_id)
            for account_id, place in zip(chunk, places, strict=True):
                if place is None:
                    missing.append(account_id)
                else:
                    self._streams.show_account(event_id=event_id, account_id=account_id, place=place)
        stale = self._streams.stale_accounts(event_id=event_id, account_ids=account_ids)
        if stale:
            missing += await self.bring_in_step(event_id=event_id, account_ids=stale)
        return missing

    async def _read(self, account_ids: Sequence[int], *, event_id: UUID) -> list[Place | None]:
        return await scripts.stream_opened(
            self._redis, event_id=event_id, instance=self._instance, account_ids=account_ids
        )

    async def _beat(self) -> None:
        if not await scripts.heartbeat(self._redis, instance=self._instance):
            self._streams.behind.update(self._streams.events())
        await asyncio.sleep(1.0)

    async def _step(self) -> None:
        await self.report_closed()
        for event_id in self._each.sound(self._streams.behind):
            self._streams.behind.discard(event_id)  # first: it may fall behind again meanwhile
            with self._each.apart(event_id):
                try:
                    await self._mend(event_id)
                except Exception:
                    self._streams.behind.add(event_id)
                    raise
        await asyncio.sleep(_STEP_SECONDS)

    async def report_closed(self) -> None:
        by_event: defaultdict[UUID, list[int]] = defaultdict(list)
        closed = (one for one in self._streams.unreported if not self._each.rests(one[0]))
        for event_id, account_id in itertools.islice(closed, _BATCH):
            by_event[event_id].append(account_id)
        for event_id, account_ids in by_event.items():
            with self._each.apart(event_id):
                await self._report_absent(event_id, account_ids)

    async def _report_absent(self, event_id: UUID, account_ids: Sequence[int]) -> None:
        gone = [account_id for account_id in account_ids if not self._streams.has(event_id, account_id)]
        await scripts.stream_closed(
            self._redis,
            event_id=event_id,
            instance=self._instance,
            account_ids=gone,
            grace_seconds=self._grace_seconds,
        )
        self._streams.unreported.difference_update((event_id, account_id) for account_id in account_ids)
        # Someone may have come back while we reported that they went.
        back = [account_id for account_id in gone if self._streams.has(event_id, account_id)]
        if back:
            await self.bring_in_step(event_id=event_id, account_ids=back)

    async def _mend(self, event_id: UUID) -> None:
        """Show everybody here their place again; bring back places that Redis lost."""
        numbers = self._streams.numbers(event_id)
        missing = await self.bring_in_step(event_id=event_id, account_ids=list(numbers))
        if not missing:
            return
        log.warning("places_missing", coupon_event_id=str(event_id), places=len(missing))
        await self._catalog.announce_again(event_id)
        for start in range(0, len(missing), _RESTORED_AT_ONCE):
            chunk = missing[start : start + _RESTORED_AT_ONCE]
            known = [(account_id, number) for account_id in chunk if (number := numbers[account_id]) is not None]
            await asyncio.gather(*(self._restore(event_id, account_id, number) for account_id, number in known))
        for account_id in await self.bring_in_step(event_id=event_id, account_ids=missing):
            self._streams.refuse(event_id=event_id, account_id=account_id, problem=NotInLine().body())

    async def _restore(self, event_id: UUID, account_id: int, number: int) -> None:
        entry = "" if number else self._tickets.entry(event_id=event_id, account_id=account_id)
        joiner = Joiner(account_id, number, f"restored-{self._instance}"[:64], entry)
        await scripts.restore(self._redis, event_id=event_id, joiner=joiner, grace_seconds=self._grace_seconds)
