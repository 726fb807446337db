"""Plays the scenarios one after the other on a running system and judges each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp
from rich.console import Console
from rich.live import Live

from tests.demo.checkers.booking import judge_race
from tests.demo.checkers.chat import judge_chat
from tests.demo.checkers.drop import judge_drop
from tests.demo.checkers.lottery import judge_lottery
from tests.demo.options import Options
from tests.demo.progress import DropBoard
from tests.demo.report.coverage import eta_coverage
from tests.demo.result import Result
from tests.demo.scenarios import booking, chat, drop, lottery
from tests.demo.scenarios.recorder import DropRecorder
from tests.harness.api_client import connections
from tests.harness.coupon_events import announce_event
from tests.harness.groomer import some_groomer
from tests.harness.histories.drop import DropHistory
from tests.harness.people import Person, sign_up
from tests.harness.statements import Statement
from tests.harness.system.backstage import Backstage
from tests.harness.system.running_mains import count_ready_mains
from tests.harness.system.running_system import refuse_if_down

RACERS = 20
SCENARIO_SECONDS = 240


@dataclass
class Played:
    results: list[Result] = field(default_factory=list)
    drop: DropHistory | None = None
    facts: dict[str, str] = field(default_factory=dict)


class Stage:
    def __init__(
        self,
        http: aiohttp.ClientSession,
        backstage: Backstage,
        options: Options,
        console: Console,
        count_mains: Callable[[], int],
    ) -> None:
        self._http = http
        self._count_mains = count_mains
        self._backstage = backstage
        self._options = options
        self._console = console
        self.played = Played()

    async def drop(self) -> list[Statement]:
        plan = drop.DropPlan(customers=self._options.customers, coupons=self._options.coupons)
        attendance = await drop.gather_customers(self._http, self._backstage, plan)
        event_id = await announce_event(attendance.operator, coupons=plan.coupons, drain_seconds=plan.drain_seconds)
        recorder = DropRecorder(quantity=plan.coupons, customers=[person.id for person in attendance.people])
        running = drop.Drop(attendance, event_id=event_id, plan=plan, recorder=recorder)
        with Live(DropBoard(running), console=self._console, refresh_per_second=5):
            await running.run()
        if not self._console.is_terminal:
            self._console.print()  # rich leaves the last line open there
        history = await drop.history_of(running, attendance, self._backstage, event_id=event_id)
        self.played.drop = history
        self.played.facts |= {
            "coupon event": event_id,
            "told times that held": str(eta_coverage(history)),
            "reconnects": ", ".join(f"{why}: {n}" for why, n in recorder.reconnects.items()) or "none",
        }
        return judge_drop(history)

    async def lottery(self) -> list[Statement]:
        return judge_lottery(await lottery.play_lottery(self._http, self._backstage, base_url=self._options.base_url))

    async def chat(self) -> list[Statement]:
        mains_ready = await asyncio.to_thread(self._count_mains)
        if mains_ready == 1:
            self._console.print("one main is ready: both talk through it, and nothing is shown of two")
        plan = chat.ChatPlan(base_url=self._options.base_url, mains_ready=mains_ready)
        groomer = await some_groomer(self._http)
        conversation = await chat.begin(
            plan, customer=await sign_up(self._http), groomer=groomer.person, groomer_id=groomer.groomer_id
        )
        # A zone may have gone down while they connected.
        mains_ready = min(mains_ready, await asyncio.to_thread(self._count_mains))
        try:
            await conversation.run()
            return judge_chat(await conversation.history(mains_ready=mains_ready))
        finally:
            await chat.end(conversation)

    async def booking(self) -> list[Statement]:
        minted = await self._backstage.mint_customers(RACERS)
        people = [Person.with_token(self._http, account_id=one.id, token=one.token) for one in minted]
        slot = await booking.find_slot(people[0])
        return judge_race(await booking.race(people, slot, self._backstage))


async def play(options: Options, console: Console, *, count_mains: Callable[[], int] = count_ready_mains) -> Played:
    """`count_mains` of a system that is no profile of `make run`. Raises NotUp when there is no system to play on."""
    backstage = Backstage.from_environment()
    async with connections(options.base_url) as http:
        await refuse_if_down(http, options.base_url)
        stage = Stage(http, backstage, options, console, count_mains)
        for name, title, scenario in (
            ("drop", f"{options.coupons} coupons, {options.customers} customers", stage.drop),
            ("lottery", f"{lottery.COUPONS} coupons drawn among {lottery.CUSTOMERS} customers", stage.lottery),
            ("chat", "A chat between two people", stage.chat),
            ("booking", f"{RACERS} customers, one slot", stage.booking),
        ):
            if name in options.only:
                console.print(f"[bold]{title}")
                stage.played.results.append(await _judged(title, scenario))
    return stage.played


async def _judged(title: str, scenario: Callable[[], Awaitable[list[Statement]]]) -> Result:
    """A scenario that breaks off proves nothing, and the others still get their turn."""
    began = time.monotonic()
    statements: list[Statement] = []
    broke_off = None
    try:
        async with asyncio.timeout(SCENARIO_SECONDS):
            statements = await scenario()
    except Exception as error:
        broke_off = _innermost(error)
    return Result(title, time.monotonic() - began, tuple(statements), broke_off)


def _innermost(error: BaseException) -> str:
    """What went wrong, out of the groups that task groups wrap it in."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"
