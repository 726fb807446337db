"""The customers of one drop, each a task that does what the page does, and everything they say and hear."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from salon_contracts.verify.draw import entry_of
from tests.faults.history import FrameCounts, Operation, Outcome, PlaceSeen
from tests.harness.api_client import ApiClient, connections
from tests.harness.histories.drop import FinalWord
from tests.harness.line_client import LineClient, LineRefused, LineWatcher
from tests.harness.line_position import Frame, LinePosition, Place

_REFUSALS_THAT_END_IT = {"sold-out", "closed", "already-has-coupon"}


class Recorder:
    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self.places: list[PlaceSeen] = []
        self.final_words: list[FinalWord] = []
        self.frames: dict[int, FrameCounts] = {}
        self.reconnects = 0
        self.ended: dict[int, str] = {}
        self.entries: dict[int, str] = {}

    def issued(self) -> int:
        return sum(word.state == "issued" for word in self.final_words)


class Customer:
    """`remembers_ticket`: presents it when the line does not know it any more, as the page does."""

    def __init__(
        self,
        *,
        account_id: int,
        token: str,
        sessions: Sequence[aiohttp.ClientSession],
        event_id: str,
        recorder: Recorder,
        remembers_ticket: bool = True,
    ) -> None:
        self.id = account_id
        self._sessions = sessions
        self.at = random.randrange(len(sessions))
        self._api = ApiClient(sessions[self.at], token=token)
        self._event_id = event_id
        self._recorder = recorder
        self._remembers_ticket = remembers_ticket
        self._ticket: str | None = None
        self.may_connect = asyncio.Event()
        self.may_connect.set()
        self._hung_up = asyncio.Event()
        self._waits = True
        self._client: LineClient | None = None

    @property
    def is_connected(self) -> bool:
        """Has a stream, and has not heard the final word on it."""
        return self._waits and self._client is not None and self._client.connected.is_set()

    def hang_up(self) -> None:
        """Stay away until `come_back`."""
        self.may_connect.clear()
        self._hung_up.set()

    def come_back(self) -> None:
        self._hung_up.clear()
        self.may_connect.set()

    async def take_part(self) -> None:
        """From the button to the final word."""
        while await self._join():
            watcher = LineWatcher(on_place=self._on_place, on_frame=self._on_frame, on_reconnect=self._on_reconnect)
            self._client = LineClient(self._api, event_id=self._event_id, watcher=watcher)
            try:
                place = await self._follow(self._client)
            except LineRefused as refused:
                code = str(refused.problem.get("code"))
                if code not in {"not-in-line", "unknown-event", "internal-error"}:
                    self._note_final(code)
                    return
                await asyncio.sleep(random.uniform(0.1, 0.5))
                continue
            self._client = None
            self._note_final(place.state, place)
            return

    async def _follow(self, client: LineClient) -> Place:
        while True:
            await self.may_connect.wait()
            following = asyncio.ensure_future(client.follow())
            hung_up = asyncio.ensure_future(self._hung_up.wait())
            try:
                await asyncio.wait({following, hung_up}, return_when=asyncio.FIRST_COMPLETED)
                if following.done():
                    return following.result()
            finally:
                following.cancel()
                hung_up.cancel()
            client.connected.clear()

    async def _join(self) -> bool:
        """True when in line; False when there is nothing to wait for."""
        while True:
            await self.may_connect.wait()
            operation, pause = await self._try_to_join()
            self._recorder.operations.append(operation)
            if operation.outcome is Outcome.OK:
                return True
            if operation.code in _REFUSALS_THAT_END_IT:
                if operation.code != "already-has-coupon":
                    self._note_final(operation.code)
                    return False
                return True  # the stream says which coupon it is
            self._change_instance()
            await asyncio.sleep(pause)

    async def _try_to_join(self) -> tuple[Operation, float]:
        body = {"ticket": self._ticket} if self._ticket and self._remembers_ticket else {}
        began, soon = time.monotonic(), random.uniform(0.2, 0.8)
        path = f"/queue/v1/events/{self._event_id}/ticket"
        try:
            async with asyncio.timeout(8):
                answer = await self._api.call("POST", path, json_body=body)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            return self._operation(began, Outcome.UNKNOWN, code=type(error).__name__), soon
        if answer.status in {200, 201}:
            self._ticket = answer.body["ticket"]
            if answer.body["state"] == "registered":
                self._recorder.entries[self.id] = entry_of(answer.body["ticket"])
            return self._operation(began, Outcome.OK, number=answer.body["number"]), soon
        # A server that is away may have done it before it went.
        outcome = Outcome.UNKNOWN if answer.status >= 500 else Outcome.FAIL
        return self._operation(began, outcome, code=answer.code or f"http-{answer.status}"), soon

    def _operation(
        self, began: float, outcome: Outcome, *, number: int | None = None, code: str | None = None
    ) -> Operation:
        ended = time.monotonic()
        return Operation(customer=self.id, began=began, ended=ended, outcome=outcome, number=number, code=code)

    def _on_place(self, place: Place) -> None:
        seen = PlaceSeen(
            at=time.monotonic(), customer=self.id, number=place.number, state=place.state, instance=self.at
        )
        self._recorder.places.append(seen)
        self._waits = not place.is_final
        self._ticket = place.ticket or self._ticket

    def _on_frame(self, frame: Frame, _position: LinePosition, _raw: str) -> None:
        if frame.seq not in self._recorder.frames:
            self._recorder.frames[frame.seq] = FrameCounts(
                at=time.monotonic(), state=frame.state, serving=frame.serving, admitted=frame.admitted
            )

    def _on_reconnect(self, _why: str) -> None:
        self._recorder.reconnects += 1
        self._change_instance()

    def _change_instance(self) -> None:
        """What nginx does for a browser: an instance that does not answer is not asked again at once."""
        self.at = (self.at + 1) % len(self._sessions)
        self._api.http = self._sessions[self.at]

    def _note_final(self, state: str, place: Place | None = None) -> None:
        coupon = (place.coupon_id, place.serial) if place else (None, None)
        word = FinalWord(at=time.monotonic(), customer=self.id, state=state, coupon_id=coupon[0], serial=coupon[1])
        self._recorder.final_words.append(word)


class Customers:
    def __init__(self, customers: Sequence[Customer], recorder: Recorder) -> None:
        self.everybody = customers
        self.recorder = recorder
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self, *, over_seconds: float) -> None:
        """They come one after the other, evenly."""

        async def come(customer: Customer, after: float) -> None:
            await asyncio.sleep(after)
            await customer.take_part()

        step = over_seconds / max(1, len(self.everybody))
        self._tasks = [asyncio.create_task(come(one, step * n)) for n, one in enumerate(self.everybody)]

    def waiting(self) -> int:
        """How many came and have not had their final word."""
        return sum(not task.done() for task in self._tasks)

    def connected(self) -> int:
        """How many have a stream now."""
        return sum(customer.is_connected for customer in self.everybody)

    async def until_issued(self, count: int, *, seconds: float) -> None:
        await self._until(lambda: self.recorder.issued() >= count, seconds=seconds)

    async def until_in_line(self, count: int, *, seconds: float) -> None:
        """So many have had a stream, whatever became of them since."""
        await self._until(lambda: len({seen.customer for seen in self.recorder.places}) >= count, seconds=seconds)

    async def finish(self, *, seconds: float) -> None:
        """Until everybody heard a final word, or the patience ends; then the rest gives up."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        results = await asyncio.gather(*self._tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _until(self, happened: Any, *, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not happened():
            if time.monotonic() > deadline:
                raise TimeoutError("the drop did not come so far")
            await asyncio.sleep(0.05)


@asynccontextmanager
async def sessions_to(urls: Sequence[str]) -> AsyncIterator[list[aiohttp.ClientSession]]:
    opened = [connections(url) for url in urls]
    sessions = [await one.__aenter__() for one in opened]
    try:
        yield sessions
    finally:
        for one in opened:
            await one.__aexit__(None, None, None)
