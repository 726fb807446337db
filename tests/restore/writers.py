"""People who book, talk and win coupons all the while, and what was acknowledged to them, and when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from salon_contracts.stores.chat_history import id_of
from tests.faults.checkers.tries import Try
from tests.faults.clients.bookers import Bookers, times_of_groomers
from tests.faults.clients.customers import sessions_to
from tests.faults.clients.talkers import Talkers
from tests.faults.drop import Drop, OpenDrop, open_drop
from tests.faults.history import Outcome
from tests.faults.whole_play import talkers_in
from tests.faults.whole_system import WholeSystem
from tests.harness.api_client import ApiClient
from tests.harness.people import Person

# It is open when all is lost: some have won, and some wait.
DROP = Drop(customers=200, quantity=180, pace=2, arrive_seconds=15.0)
ROOMS, BOOKERS = 3, 8


@dataclass(frozen=True)
class Acknowledged:
    """Id → when the answer was there (time.monotonic)."""

    bookings: Mapping[str, float]
    coupons: Mapping[int, float]
    messages: Mapping[str, float]

    def by(self, end: float) -> Acknowledged:
        return Acknowledged(
            bookings={one: at for one, at in self.bookings.items() if at <= end},
            coupons={one: at for one, at in self.coupons.items() if at <= end},
            messages={one: at for one, at in self.messages.items() if at <= end},
        )


@dataclass
class Writers:
    opened: OpenDrop
    talkers: Talkers
    bookers: Bookers

    @property
    def waiting(self) -> int:
        """Those in the line who have no final word."""
        recorder = self.opened.recorder
        return len({place.customer for place in recorder.places} - {word.customer for word in recorder.final_words})

    def acknowledged(self) -> Acknowledged:
        words = self.opened.recorder.final_words
        return Acknowledged(
            bookings=_first_ok(self.bookers.tries),
            coupons={word.customer: word.at for word in words if word.state == "issued"},
            messages={
                id_of(room_id=room, sender_id=device.person.id, client_message_id=one.wish): one.ended
                for device in self.talkers.devices
                for room, tries in device.tries.items()
                for one in tries
                if one.outcome is Outcome.OK
            },
        )


def _first_ok(tries: Iterable[Try]) -> dict[str, float]:
    found: dict[str, float] = {}
    for one in sorted(tries, key=lambda one: one.ended):
        if one.outcome is Outcome.OK and one.result is not None:
            found.setdefault(one.result, one.ended)
    return found


@asynccontextmanager
async def writing(system: WholeSystem) -> AsyncIterator[Writers]:
    """They write for as long as the body lasts, and are gone after it, whatever became of the system."""
    async with sessions_to([system.base_url]) as sessions:
        opened = await open_drop(system.main, DROP, sessions)
        people: Sequence[Person] = [
            Person.with_token(sessions[0], account_id=one["id"], token=one["access_token"]) for one in opened.people
        ]
        talkers = await talkers_in(system.base_url, sessions[0], people[:ROOMS])
        times = await times_of_groomers(ApiClient(sessions[0]), BOOKERS // 2)
        writers = Writers(opened, talkers, Bookers(people[ROOMS:][:BOOKERS], times))
        opened.come()
        going_on = [asyncio.create_task(work) for work in (talkers.talk_on(), writers.bookers.book_on())]
        try:
            yield writers
        finally:
            for task in going_on:
                task.cancel()
            await asyncio.gather(*going_on, return_exceptions=True)
            await talkers.leave()
            await opened.customers.finish(seconds=0)
