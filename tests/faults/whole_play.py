"""A drop, a chat, bookings and somebody who only looks, all at once on the whole system, around a fault."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import aiohttp

from tests.faults.checkers.bookings import BookingHistory, BookingRow, judge_bookings
from tests.faults.checkers.chat import judge_chat
from tests.faults.checkers.drop import gap_within, judge
from tests.faults.checkers.tries import Window, judge_looks
from tests.faults.checkers.verdict import Verdict, together
from tests.faults.clients.bookers import Bookers, Haste, Looker, times_of_groomers
from tests.faults.clients.customers import sessions_to
from tests.faults.clients.talkers import EVERY_SECONDS, Device, Talkers
from tests.faults.drop import Drop, OpenDrop, history_of, open_drop
from tests.faults.whole_system import WholeSystem
from tests.harness.api_client import ApiClient
from tests.harness.groomer import some_groomer
from tests.harness.people import Person

QUIET_SECONDS = 3.0
KINDS = ("drop", "chat", "bookings", "browsing")


@dataclass(frozen=True)
class Plan:
    """`rooms` customers each talk with one groomer; `bookers` customers book, two and two at one groomer.

    `first` of the customers of the drop is the first of these: another play on the same system takes others.
    """

    drop: Drop = field(default_factory=lambda: Drop(customers=500, quantity=400, pace=8, arrive_seconds=20))
    rooms: int = 4
    bookers: int = 8
    first: int = 0
    settle_seconds: float = 60.0
    talk_every_seconds: float = EVERY_SECONDS
    haste: Haste = field(default_factory=Haste)


@dataclass
class Play:
    """All that a fault may look at. `windows` by kind: the stretches of time that the row promises a bound for.

    `booked_before` are the bookings that `people` had already, which another user of the system made.
    """

    system: WholeSystem
    opened: OpenDrop
    talkers: Talkers
    bookers: Bookers
    looker: Looker
    people: Sequence[Person]
    booked_before: frozenset[str] = frozenset()
    windows: dict[str, list[Window]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    complaints: list[str] = field(default_factory=list)

    def judge_waits(self, start: float, end: float = float("inf"), *, of: Iterable[str] = KINDS) -> None:
        """From now on for these kinds a wait counts, if it is within this stretch."""
        for kind in of:
            self.windows[kind].append((start, end))

    async def drained(self, *, seconds: float) -> None:
        """Everybody finishes what was begun, and the drop ends."""
        for users in (self.talkers, self.bookers, self.looker):
            users.stop()
        await self.opened.customers.finish(seconds=seconds)


Fault = Callable[[Play], Awaitable[None]]


async def play_whole(system: WholeSystem, plan: Plan, fault: Fault) -> Verdict:
    """Inject while everything goes on, let everybody finish, and judge all that was said, heard and stored."""
    async with sessions_to([system.base_url]) as sessions, _playing(system, plan, sessions[0]) as play:
        supervising = asyncio.create_task(system.supervise())
        play.opened.come()
        going_on = [
            asyncio.create_task(part)
            for part in (play.talkers.talk_on(), play.bookers.book_on(), play.looker.look_on())
        ]
        try:
            await asyncio.sleep(QUIET_SECONDS)
            await fault(play)
            await asyncio.sleep(QUIET_SECONDS)
            await play.drained(seconds=plan.drop.finish_seconds)
            await asyncio.wait(going_on, timeout=plan.settle_seconds)
            _raise_what_died([*going_on, supervising])
            return await _judged(play, sessions)
        finally:
            for task in (*going_on, supervising):
                task.cancel()
            await asyncio.gather(*going_on, supervising, return_exceptions=True)


@asynccontextmanager
async def _playing(system: WholeSystem, plan: Plan, http: aiohttp.ClientSession) -> AsyncIterator[Play]:
    opened = await open_drop(system.main, plan.drop, [http])
    people = [Person.with_token(http, account_id=one["id"], token=one["access_token"]) for one in opened.people]
    talking, booking = people[plan.first :][: plan.rooms], people[plan.first + plan.rooms :][: plan.bookers]
    talkers = await talkers_in(system.base_url, http, talking, every_seconds=plan.talk_every_seconds)
    times = await times_of_groomers(ApiClient(http), plan.bookers // 2)
    booked_before = frozenset(row.booking_id for row in await _booked_by(opened, booking))
    try:
        yield Play(
            system=system,
            opened=opened,
            talkers=talkers,
            bookers=Bookers(booking, times, plan.haste),
            looker=Looker(ApiClient(http)),
            people=booking,
            booked_before=booked_before,
        )
    finally:
        await opened.customers.finish(seconds=0)
        await talkers.leave()


async def talkers_in(
    base_url: str, http: aiohttp.ClientSession, customers: Sequence[Person], *, every_seconds: float = EVERY_SECONDS
) -> Talkers:
    groomer = await some_groomer(http)
    body = {"groomer_id": groomer.groomer_id}
    rooms = [
        str((await one.api.expect(200, 201, method="POST", path="/api/v1/rooms", json_body=body))["id"])
        for one in customers
    ]
    devices = [Device(base_url, one, f"보호자 {n}", [rooms[n]]) for n, one in enumerate(customers)]
    talkers = Talkers([Device(base_url, groomer.person, "미용사", rooms), *devices], rooms, every_seconds=every_seconds)
    await talkers.connect()
    return talkers


async def _judged(play: Play, sessions: Sequence[aiohttp.ClientSession]) -> Verdict:
    windows, opened = play.windows, play.opened
    rooms = await play.talkers.histories()
    rows = tuple(row for row in await _booked_by(opened, play.people) if row.booking_id not in play.booked_before)
    bookings = BookingHistory(tries=tuple(play.bookers.tries), rows=rows)
    drop = await history_of(opened, sessions, injected_at=0.0)
    verdict = together(
        {
            "drop": judge(drop, unavailable=lambda history: gap_within(history, windows["drop"])),
            "chat": judge_chat(rooms, windows=windows["chat"]),
            "bookings": judge_bookings(bookings, windows=windows["bookings"]),
            "browsing": judge_looks(play.looker.tries, windows=windows["browsing"]),
        }
    )
    return replace(verdict, lost=(*play.complaints, *verdict.lost))


async def _booked_by(opened: OpenDrop, people: Sequence[Person]) -> list[BookingRow]:
    return [_row(row) for row in await asyncio.to_thread(opened.main.bookings_of, [person.id for person in people])]


def _row(row: dict[str, Any]) -> BookingRow:
    starts_at, ends_at = (datetime.fromisoformat(row[name]) for name in ("starts_at", "ends_at"))
    return BookingRow(row["booking_id"], row["customer"], row["groomer"], starts_at, ends_at)


def _raise_what_died(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        if task.done() and not task.cancelled() and (error := task.exception()) is not None:
            raise error
