"""`make rotate` in a drop: every key is exchanged to the end, and nobody is signed out or loses a place."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from deploy.local.run.system import profile_for
from deploy.local.settings import rotation, secrets_store
from deploy.local.settings.dotenv import read_choices
from deploy.local.settings.key_files import Pairs, State, rings
from deploy.local.settings.profiles import Profile
from deploy.local.settings.rotation import rotate
from tests.harness.api_client import ApiClient
from tests.harness.chat_client import ChatClient
from tests.harness.coupon_events import opened_and_held
from tests.harness.line_client import LineClient, LineWatcher
from tests.harness.people import DEMO_PASSWORD, OPERATOR_EMAIL, Person

KEYS = ("tokens", "tickets", "django")
IN_LINE = 20
SECONDS_BETWEEN = 0.2

pytestmark = [pytest.mark.timeout(400), pytest.mark.usefixtures("_same_keys_afterwards")]


@pytest.fixture
def profile() -> Profile:
    return profile_for("test", read_choices())


@pytest.fixture
def _same_keys_afterwards(profile: Profile, tmp_path: Path) -> Iterator[None]:
    """Other tests hold tokens that these keys signed."""
    shutil.copytree(profile.keys, tmp_path / "keys")
    yield
    for file in (tmp_path / "keys").iterdir():
        secrets_store.replace(profile.keys / file.name, file.read_text())
    for ring in rings(profile.keys).values():
        rotation.await_taken(profile, ring, say=_nothing)


@dataclass
class Session:
    """A phone that is signed in: it refreshes before its token is over, as an app does."""

    api: ApiClient
    refresh_token: str

    async def refresh(self) -> int:
        """The status; a machine that is busy with other things is asked again."""
        body = {"refresh_token": self.refresh_token}
        while True:
            answer = await ApiClient(self.api.http).call("POST", "/api/v1/sessions/refresh", json_body=body)
            if answer.status != 503:
                break
            await asyncio.sleep(0.5)
        if answer.status == 200:
            self.refresh_token = answer.body["refresh_token"]
            self.api.headers["Authorization"] = f"Bearer {answer.body['access_token']}"
        return answer.status


@dataclass
class Drop:
    """People who wait on streams with their tickets, a phone, an operator at the admin, and a socket."""

    event_id: str
    people: list[Person]
    tickets: list[str]
    numbers: list[int]
    phone: Session
    admin: aiohttp.ClientSession
    socket: ChatClient
    refused: Counter[str] = field(default_factory=Counter)
    reconnects: Counter[str] = field(default_factory=Counter)

    async def asked_once(self, which: int) -> None:
        """Everything that a key of ours opens, with what was signed before the exchange."""
        person, ticket = self.people[which % len(self.people)], self.tickets[which % len(self.people)]
        await self._note("main with an access token", person.api.call("GET", "/api/v1/notifications"), 200)
        asked = person.api.call("GET", f"/queue/v1/events/{self.event_id}/place")
        await self._note("queue with an access token", asked, 200)
        joined = person.api.call("POST", f"/queue/v1/events/{self.event_id}/ticket", json_body={"ticket": ticket})
        number = await self._note("the ticket", joined, 200)
        if number is not None and number["number"] != self.numbers[which % len(self.people)]:
            self.refused["another number"] += 1
        if await self.phone.refresh() != 200:
            self.refused["a refresh"] += 1
        async with self.admin.get("/admin/", allow_redirects=False) as page:
            if page.status != 200:
                self.refused["the operator at the admin"] += 1

    async def _note(self, what: str, asked: Any, expected: int) -> Any:
        answer = await asked
        if answer.status == 503:
            return None  # the machine is busy with other things, and no key decides that
        if answer.status != expected:
            self.refused[f"{what}: {answer.status} {answer.code}"] += 1
            return None
        return answer.body

    async def asked_until(self, done: asyncio.Event) -> None:
        which = 0
        while not done.is_set():
            await self.asked_once(which)
            which += 1
            await asyncio.sleep(SECONDS_BETWEEN)


def _rotate_all(profile: Profile, *, finish: bool) -> None:
    for key in KEYS:
        rotate(profile, key, finish=finish, force=finish, say=_nothing)


def _nothing(_text: str) -> None:
    """The drill has nobody to tell."""


async def test_every_key_is_exchanged_in_a_drop_and_nobody_is_signed_out_or_loses_a_place(
    http: aiohttp.ClientSession,
    base_url: str,
    operator: Person,
    customers: list[Person],
    profile: Profile,
) -> None:
    async with _drop(http, base_url, operator, customers[:IN_LINE]) as drop:
        old_token = drop.people[0].token
        path = f"/queue/v1/events/{drop.event_id}/ticket"
        own = await drop.phone.api.expect(200, 201, method="POST", path=path, json_body={})
        old_ticket, number = own["ticket"], own["number"]

        await _while_asked(drop, lambda: _rotate_all(profile, finish=False))
        assert {key: ring.state() for key, ring in rings(profile.keys).items()} == dict.fromkeys(KEYS, State.NEW_SIGNS)
        assert drop.refused == Counter()
        # What the new keys sign is given out from now on, also to those who have waited since before.
        assert await drop.phone.refresh() == 200

        await asyncio.to_thread(lambda: _rotate_all(profile, finish=True))
        stale = ApiClient(http, token=old_token)
        assert (await stale.call("GET", "/api/v1/notifications")).code == "invalid-token"
        assert (await stale.call("GET", f"/queue/v1/events/{drop.event_id}/place")).code == "invalid-token"
        assert await drop.phone.refresh() == 200
        async with drop.admin.get("/admin/", allow_redirects=False) as page:
            assert page.status == 200
        assert (await drop.phone.api.call("POST", path, json_body={"ticket": old_ticket})).code == "invalid-ticket"
        kept = await drop.phone.api.expect(200, method="POST", path=path, json_body={})
        assert kept["number"] == number
        assert drop.reconnects.keys() <= {"SocketTimeoutError"}, (
            "the system cut no stream; a phone may find one too silent"
        )
        assert not drop.socket.closed


async def test_an_exchange_in_one_step_signs_people_out_and_this_drill_would_notice(
    http: aiohttp.ClientSession,
    base_url: str,
    operator: Person,
    customers: list[Person],
    profile: Profile,
) -> None:
    ring = rings(profile.keys)["tokens"]
    assert isinstance(ring, Pairs)

    def at_once() -> None:
        ring.announce()
        ring.sign()
        ring.drop()
        rotation.await_taken(profile, ring, say=_nothing)

    async with _drop(http, base_url, operator, customers[:IN_LINE]) as drop:
        await _while_asked(drop, at_once)

        assert drop.refused["main with an access token: 401 invalid-token"]
        assert drop.refused["queue with an access token: 401 invalid-token"]


async def _while_asked(drop: Drop, act: Callable[[], object]) -> None:
    done = asyncio.Event()
    asking = asyncio.create_task(drop.asked_until(done))
    await asyncio.to_thread(act)
    await drop.asked_once(0)
    done.set()
    await asking


@asynccontextmanager
async def _drop(
    http: aiohttp.ClientSession, base_url: str, operator: Person, people: list[Person]
) -> AsyncIterator[Drop]:
    event_id = await opened_and_held(operator, quantity=3)
    path = f"/queue/v1/events/{event_id}/ticket"
    joined = [await one.api.expect(201, method="POST", path=path, json_body={}) for one in people]
    phone = await _phone(http)
    socket = ChatClient(base_url, token=people[0].token)
    await socket.connect()
    async with aiohttp.ClientSession(base_url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as admin:
        await _sign_in_at_admin(admin)
        numbers = [one["number"] for one in joined]
        drop = Drop(event_id, people, [one["ticket"] for one in joined], numbers, phone, admin, socket)
        lines = [_line(one, drop) for one in people]
        following = [asyncio.create_task(line.follow()) for line in lines]
        await asyncio.gather(*(asyncio.wait_for(line.connected.wait(), 30) for line in lines))
        try:
            yield drop
        finally:
            for task in following:
                task.cancel()
            await asyncio.gather(*following, return_exceptions=True)
            await socket.close()


def _line(person: Person, drop: Drop) -> LineClient:
    watcher = LineWatcher(on_reconnect=lambda why: drop.reconnects.update([why]))
    return LineClient(person.api, event_id=drop.event_id, watcher=watcher)


async def _phone(http: aiohttp.ClientSession) -> Session:
    body = {"email": "customer@daengdaeng.test", "password": DEMO_PASSWORD, "client": "mobile"}
    signed_in = await ApiClient(http).expect(201, method="POST", path="/api/v1/sessions", json_body=body)
    return Session(ApiClient(http, token=signed_in["access_token"]), signed_in["refresh_token"])


async def _sign_in_at_admin(admin: aiohttp.ClientSession) -> None:
    async with admin.get("/admin/login/?next=/admin/") as page:
        assert page.status == 200
    token = next(cookie.value for cookie in admin.cookie_jar if cookie.key == "csrftoken")
    form = {"username": OPERATOR_EMAIL, "password": DEMO_PASSWORD, "csrfmiddlewaretoken": token, "next": "/admin/"}
    async with admin.post("/admin/login/?next=/admin/", data=form, headers={"Referer": str(admin._base_url)}) as page:
        assert page.status == 200
        assert str(page.url).endswith("/admin/")
