"""What people are called, write and prove themselves with is in no log of any process, whatever they do with it."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import aiohttp

from deploy.local.places import LOCAL
from tests.e2e.conftest import Cast
from tests.harness.chat_client import ChatClient
from tests.harness.people import Person, sign_in

LOGS = LOCAL / os.environ.get("SALON_PROFILE", "test") / "logs"
LOOKED_AT_WITHIN_SECONDS = 20


@dataclass
class Secrets:
    """By what it is, something that occurs nowhere else."""

    email: str = field(default_factory=lambda: f"private-{uuid4().hex}@daengdaeng.test")
    password: str = field(default_factory=lambda: f"pass-{uuid4().hex}")
    name: str = field(default_factory=lambda: f"이름{uuid4().hex[:20]}")
    text: str = field(default_factory=lambda: f"말{uuid4().hex}")
    reason: str = field(default_factory=lambda: f"사유{uuid4().hex}")
    query: str = field(default_factory=lambda: f"query-{uuid4().hex}")
    tokens: list[str] = field(default_factory=list)

    def all(self) -> Iterator[bytes]:
        words = [self.email, self.password, self.name, self.text, self.reason, self.query]
        # Of a token its signature is enough to be somebody; of an address its beginning, to know who it is.
        words += [self.email.partition("@")[0], *(token.rpartition(".")[2] for token in self.tokens)]
        for word in words:
            yield word.encode()
            yield json.dumps(word)[1:-1].encode()


async def test_nothing_personal_is_in_any_log(http: aiohttp.ClientSession, base_url: str, cast: Cast) -> None:
    secrets, seen = Secrets(), f"seen-{uuid4().hex}"
    person = await _come_in(http, secrets)
    await _go_wrong(http, secrets, person)
    await _chat(base_url, secrets, person, cast)
    await _stand_in_line(http, secrets, person)

    # The twin: an address that is looked for in vain is logged, and when it is, what was asked before is.
    async with http.get(f"api/v1/salons/{seen}") as answer:
        assert answer.status == 404
    async with http.get(f"queue/v1/events/{seen}") as answer:
        assert answer.status == 404
    await _until_logged(seen.encode())
    assert len(list(_logs())) > 10
    assert {path.name: word for path in _logs() for word in secrets.all() if word in path.read_bytes()} == {}


async def _come_in(http: aiohttp.ClientSession, secrets: Secrets) -> Person:
    account = {"email": secrets.email, "password": secrets.password, "name": secrets.name}
    async with http.post("api/v1/accounts", json=account) as answer:
        assert answer.status == 201
    async with http.post("api/v1/accounts", json=account) as answer:
        assert answer.status == 409
    body = {"email": secrets.email, "password": secrets.password, "client": "mobile"}
    async with http.post("api/v1/sessions", json=body) as answer:
        secrets.tokens.append((await answer.json())["refresh_token"])
    person = await sign_in(http, email=secrets.email, password=secrets.password)
    secrets.tokens.append(person.token)
    return person


async def _go_wrong(http: aiohttp.ClientSession, secrets: Secrets, person: Person) -> None:
    """Wherever a refusal, a warning or an exception could quote what it refuses."""
    bearer = {"Authorization": f"Bearer {person.token}"}
    wrong = {"email": secrets.email, "password": f"not-{secrets.password}", "client": "mobile"}
    for method, path, more in (
        ("POST", "api/v1/sessions", {"json": wrong}),
        ("POST", "api/v1/sessions", {"data": f'{{"email": "{secrets.email}", '}),
        ("POST", "api/v1/sessions", {"json": {"email": secrets.email, "password": [secrets.password]}}),
        ("POST", "api/v1/sessions/refresh", {"json": {"refresh_token": f"{secrets.tokens[0]}x"}}),
        ("POST", "admin/login/", {"data": {"username": secrets.email, "password": secrets.password}}),
        ("GET", f"api/v1/salons?q={secrets.query}&access_token={person.token}", {}),
        ("GET", f"api/v1/salons?cursor={secrets.query}", {}),
        ("GET", f"api/v1/calendar.ics?secret={secrets.query}", {}),
        ("GET", f"queue/v1/events/{uuid4()}/line?token={person.token}", {}),
        ("GET", f"no/such/page?email={secrets.email}", {}),
        ("GET", "api/v1/bookings", {"headers": {"Authorization": f"Bearer {person.token}x"}}),
        ("GET", "api/v1/bookings", {"cookies": {"salon_access": person.token, "salon_refresh": secrets.tokens[0]}}),
        (
            "POST",
            "api/v1/bookings",
            {"json": {"groomer_id": secrets.text, "reason": secrets.reason}, "headers": bearer},
        ),
        (
            "GET",
            "api/v1/salons",
            {"headers": {"Referer": f"http://localhost/?t={secrets.query}", "X-Email": secrets.email}},
        ),
    ):
        async with http.request(method, path, **more) as answer:
            assert answer.status < 500


async def _chat(base_url: str, secrets: Secrets, person: Person, cast: Cast) -> None:
    room = await person.api.expect(201, method="POST", path="/api/v1/rooms", json_body={"groomer_id": cast.groomer_id})
    device = ChatClient(base_url, token=person.token)
    await device.connect()
    await device.subscribe(room["id"], after=None)
    name = str(uuid4())
    await device.send(room["id"], client_message_id=name, text=secrets.text)
    for frame in (
        {"type": "send", "room_id": room["id"], "client_message_id": name, "text": f"{secrets.text} or not"},
        {"type": "send", "room_id": str(uuid4()), "client_message_id": str(uuid4()), "text": secrets.text},
        {"type": "send", "room_id": room["id"], "client_message_id": secrets.text, "text": secrets.text * 100},
        {"type": secrets.text, "text": secrets.text},
    ):
        with suppress(Exception):
            await device.ask(frame)
    await device.close()


async def _stand_in_line(http: aiohttp.ClientSession, secrets: Secrets, person: Person) -> None:
    event = f"queue/v1/events/{uuid4()}"
    bearer = {"Authorization": f"Bearer {person.token}"}
    for method, path, body in (
        ("POST", f"{event}/ticket", {"ticket": secrets.query}),
        ("POST", f"{event}/ticket", {secrets.email: secrets.text}),
        ("GET", f"{event}/line", None),
    ):
        async with http.request(method, path, json=body, headers=bearer) as answer:
            assert answer.status < 500


async def _until_logged(word: bytes) -> None:
    for _ in range(LOOKED_AT_WITHIN_SECONDS * 4):
        if sum(word in path.read_bytes() for path in _logs()) >= 2:
            return
        await asyncio.sleep(0.25)
    raise AssertionError(f"{word!r} is in no log of {LOGS}: this test looks in the wrong place")


def _logs() -> Iterator[Path]:
    return (path for path in LOGS.rglob("*") if path.is_file())
