"""A lottery: people take part before the opening, the order is drawn, and anyone can do the draw again."""

from __future__ import annotations

import asyncio
import random
import sys
from dataclasses import dataclass, field
from typing import cast

import aiohttp

from deploy.local.places import ROOT
from salon_contracts.verify.draw import entry_of
from tests.demo.scenarios.drop import all_of
from tests.harness.coupon_events import act, announce_event
from tests.harness.histories.drop import FinalWord
from tests.harness.histories.lottery import Drawn, LotteryHistory, PublicDraw, Registered
from tests.harness.line_client import LineClient, LineWatcher
from tests.harness.line_position import Place
from tests.harness.people import OPERATOR_EMAIL, Person, sign_in
from tests.harness.system.backstage import Backstage

CUSTOMERS, COUPONS = 30, 8
DRAW_PY = ROOT / "services" / "contracts" / "salon_contracts" / "verify" / "draw.py"
_END_SECONDS = 60.0


@dataclass
class Lottery:
    event_id: str
    operator: Person
    early: list[Person]
    late: Person
    registered: list[Registered] = field(default_factory=list)
    drawn: dict[int, Drawn] = field(default_factory=dict)
    final_words: list[FinalWord] = field(default_factory=list)
    tickets: dict[int, str] = field(default_factory=dict)

    async def register(self) -> None:
        for person in random.sample(self.early, len(self.early)):
            answer = await person.api.expect(201, method="POST", path=self._line("ticket"), json_body={})
            self.tickets[person.id] = answer["ticket"]
            self.registered.append(Registered(person.id, answer["number"], entry_of(answer["ticket"])))

    async def open_and_follow(self, leaver: Person) -> None:
        """Until everybody heard how it ended. The late one joins when the list is shut."""
        await leaver.api.expect(204, method="DELETE", path=self._line("ticket"))
        staying = [person for person in self.early if person is not leaver]
        devices = [self._device(person) for person in staying]
        streams = [asyncio.create_task(device.follow()) for device in devices]
        await all_of(asyncio.wait_for(device.connected.wait(), 20) for device in devices)

        await act(self.operator, self.event_id, "open")
        await self._until_shut()
        await self.late.api.expect(201, method="POST", path=self._line("ticket"), json_body={})
        streams.append(asyncio.create_task(self._device(self.late).follow()))
        async with asyncio.timeout(_END_SECONDS):
            await asyncio.gather(*streams)

    async def public_draw(self) -> PublicDraw:
        """As anybody may read it, page by page."""
        path, after, items = f"/api/v1/coupon-events/{self.event_id}/draw", 0, []
        while True:
            page = await self.operator.api.expect(200, method="GET", path=path, params={"after": after, "limit": 10})
            items += page["items"]
            if page["next"] is None:
                return PublicDraw(page["commitment"], page["seed"], page["entries_digest"], tuple(items))
            after = page["next"]

    async def promised(self) -> str | None:
        event = await self.operator.api.expect(200, method="GET", path=f"/api/v1/coupon-events/{self.event_id}")
        return cast(str | None, event["order_commitment"])

    def _device(self, person: Person) -> LineClient:
        def on_place(place: Place) -> None:
            if place.number and person.id not in self.drawn:
                self.drawn[person.id] = Drawn(person.id, place.number)
            if place.is_final:
                now = asyncio.get_running_loop().time()
                self.final_words.append(FinalWord(now, person.id, place.state, place.coupon_id, place.serial))

        return LineClient(person.api, event_id=self.event_id, watcher=LineWatcher(on_place=on_place))

    async def _until_shut(self) -> None:
        """It may be drawn before anybody sees it being drawn."""
        for _ in range(500):
            line = await self.operator.api.expect(200, method="GET", path=self._line(""))
            if line["state"] != "not-open":
                return
            await asyncio.sleep(0.03)
        raise TimeoutError("the line did not hear of the opening")

    def _line(self, what: str) -> str:
        return f"/queue/v1/events/{self.event_id}/{what}".rstrip("/")


async def play_lottery(http: aiohttp.ClientSession, backstage: Backstage, *, base_url: str) -> LotteryHistory:
    minted = await backstage.mint_customers(CUSTOMERS + 1)
    people = [Person.with_token(http, account_id=one.id, token=one.token) for one in minted]
    operator = await sign_in(http, email=OPERATOR_EMAIL)
    event_id = await announce_event(operator, coupons=COUPONS, line_order="lottery")
    lottery = Lottery(event_id, operator, early=people[1:], late=people[0])

    await lottery.register()
    promised, before = await lottery.promised(), await lottery.public_draw()
    leaver, witness = random.sample(lottery.early, 2)
    await lottery.open_and_follow(leaver)

    status, last_line = await _draw_py(f"{base_url}/api/v1/coupon-events/{event_id}", lottery.tickets[witness.id])
    return LotteryHistory(
        event_id=event_id,
        quantity=COUPONS,
        registered=tuple(lottery.registered),
        leaver=leaver.id,
        late=lottery.late.id,
        promised=promised,
        before=before,
        after=await lottery.public_draw(),
        drawn=tuple(lottery.drawn.values()),
        final_words=tuple(lottery.final_words),
        rows=await backstage.coupon_rows(event_id),
        witness=witness.id,
        draw_py=(status, last_line),
    )


async def _draw_py(address: str, ticket: str) -> tuple[int, str]:
    """The exit code of the command that anyone can run, and the last thing it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(DRAW_PY), "--url", address, "--ticket", ticket),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode or 0, (out.decode().strip().splitlines() or [""])[-1]
