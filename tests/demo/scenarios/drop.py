"""A coupon drop: an operator holds the line while customers come, lets it go, and everybody learns how it ended."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp

from tests.demo.scenarios.recorder import DropRecorder
from tests.harness.api_client import Unexpected
from tests.harness.coupon_events import act, line_state_is
from tests.harness.histories.drop import AskedAgain, DropHistory, Joined, Left, LineCounters
from tests.harness.line_client import LineClient
from tests.harness.line_position import Place
from tests.harness.people import OPERATOR_EMAIL, Person, sign_in, sign_up
from tests.harness.system.backstage import Backstage
from tests.harness.waiting import until

T = TypeVar("T")


@dataclass(frozen=True)
class DropPlan:
    """How big the drop is. `signed_up` of the customers sign up through the API, the rest with minted tokens."""

    customers: int = 500
    coupons: int = 100
    signed_up: int = 10
    join_seconds: float = 3.0
    watch_seconds: float = 2.5
    drain_seconds: int = 5
    end_seconds: float = 90.0

    @property
    def restless(self) -> int:
        """How many leave, how many press again, how many are cut off, how many bring a second device."""
        return max(2, self.customers // 50)


@dataclass(frozen=True)
class Attendance:
    people: tuple[Person, ...]
    operator: Person


async def gather_customers(http: aiohttp.ClientSession, backstage: Backstage, plan: DropPlan) -> Attendance:
    """The operator and some customers sign in for real; the others bring tokens that main minted for them."""
    operator = await sign_in(http, email=OPERATOR_EMAIL)
    minted = await backstage.mint_customers(plan.customers - plan.signed_up)
    guests = [await sign_up(http) for _ in range(plan.signed_up)]
    people = [Person.with_token(http, account_id=one.id, token=one.token) for one in minted] + guests
    random.shuffle(people)
    return Attendance(people=tuple(people), operator=operator)


class Drop:
    """One drop while it runs: who stands in line on which device."""

    def __init__(self, attendance: Attendance, *, event_id: str, plan: DropPlan, recorder: DropRecorder) -> None:
        self._attendance = attendance
        self._event_id = event_id
        self._plan = plan
        self.recorder = recorder
        self._devices: dict[int, LineClient] = {}
        self._streams: list[asyncio.Task[Place]] = []

    @property
    def streams_open(self) -> int:
        return sum(not stream.done() for stream in self._streams)

    async def run(self) -> None:
        event_id, operator, recorder = self._event_id, self._attendance.operator, self.recorder
        recorder.phase = "the operator opens the event and holds the line"
        await act(operator, event_id, "pause")
        await act(operator, event_id, "open")
        await line_state_is(operator, event_id, "paused")

        recorder.phase = "customers join"
        await all_of(self._join_somewhen(person) for person in self._attendance.people)
        await all_of(asyncio.wait_for(device.connected.wait(), 20) for device in self._devices.values())

        await until(recorder.everybody_saw_the_line, seconds=5)
        recorder.phase = "some leave, press again, lose their connection or take a second device"
        await self._be_restless()
        await asyncio.sleep(self._plan.watch_seconds)

        recorder.phase = "the operator lets the line go"
        await act(operator, event_id, "resume")
        await self._until_everybody_was_told()

        recorder.phase = "some press the button once more"
        await self._ask_again()
        recorder.phase = "done"

    async def _join_somewhen(self, person: Person) -> None:
        await asyncio.sleep(random.uniform(0, self._plan.join_seconds))
        await self._press(person)
        self._devices[person.id] = self._open_stream(person, device=1)

    async def _press(self, person: Person) -> None:
        answer = await person.api.call_later_too("POST", self._at("ticket"), json_body={})
        if answer.status not in (200, 201):
            raise Unexpected(asked="for a place in line", answer=answer)
        again = answer.status == 200
        self.recorder.joined.append(Joined(self.recorder.now(), person.id, answer.body["number"], again=again))

    def _open_stream(self, person: Person, *, device: int) -> LineClient:
        watcher = self.recorder.watcher(person.id, device=device)
        client = LineClient(person.api, event_id=self._event_id, watcher=watcher)
        self._streams.append(asyncio.create_task(client.follow(), name=f"line-{person.id}-{device}"))
        return client

    async def _be_restless(self) -> None:
        """Half of those who leave stand among the first, so that their going matters."""
        by_number = {join.number: join.customer for join in self.recorder.joined}
        people = {person.id: person for person in self._attendance.people}
        some = self._plan.restless
        front = random.sample(range(1, min(self._plan.coupons, len(by_number)) + 1), (some + 1) // 2)
        leaving = {by_number[number] for number in front}
        others = [person for person in self._attendance.people if person.id not in leaving]
        restless = iter(random.sample(others, min(len(others), 4 * some)))
        leaving |= {next(restless).id for _ in range(some - len(front))}

        second = [self._open_stream(next(restless), device=2) for _ in range(some)]
        for _ in range(some):
            self._devices[next(restless).id].cut()
        await all_of(self._press(next(restless)) for _ in range(some))
        await all_of(self._leave(people[customer]) for customer in leaving)
        await all_of(asyncio.wait_for(device.connected.wait(), 20) for device in second)

    async def _leave(self, person: Person) -> None:
        await person.api.expect(204, method="DELETE", path=self._at("ticket"))
        number = next(join.number for join in self.recorder.joined if join.customer == person.id)
        self.recorder.left.append(Left(self.recorder.now(), person.id, number))

    async def _until_everybody_was_told(self) -> None:
        """A stream that is still open when the time is over was told nothing: the checker will say so."""
        done, waiting = await asyncio.wait(self._streams, timeout=self._plan.end_seconds)
        for stream in waiting:
            stream.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        for stream in done:
            stream.result()

    async def _ask_again(self) -> None:
        winners = {word.customer for word in self.recorder.final_words if word.state == "issued"}
        gone = {left.customer for left in self.recorder.left}
        had = [person for person in self._attendance.people if person.id in winners][:5]
        not_had = [person for person in self._attendance.people if person.id not in winners | gone][:5]
        for person in had + not_had:
            answer = await person.api.call_later_too("POST", self._at("ticket"), json_body={})
            self.recorder.asked_again.append(AskedAgain(person.id, answer.status, answer.code))

    def _at(self, what: str) -> str:
        return f"/queue/v1/events/{self._event_id}/{what}"


async def history_of(drop: Drop, attendance: Attendance, backstage: Backstage, *, event_id: str) -> DropHistory:
    """What was seen, and what MySQL, Redis and the line's public endpoint say when all is over."""
    public = await attendance.operator.api.expect(200, method="GET", path=f"/queue/v1/events/{event_id}")
    redis = await backstage.redis_line(event_id)
    return drop.recorder.history(
        rows=await backstage.coupon_rows(event_id),
        counters=LineCounters(
            state=public["state"],
            issued=public["issued"],
            stock_left=public["stock_left"],
            redis_in_flight=redis.in_flight,
            redis_issued=redis.issued,
        ),
        reconciled=await backstage.reconciled(event_id),
    )


async def all_of(work: Sequence[Coroutine[Any, Any, T]] | Any) -> None:
    """Do everything at once; the first failure stops the rest."""
    async with asyncio.TaskGroup() as group:
        for one in work:
            group.create_task(one)
