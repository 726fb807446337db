"""Who gets a WebSocket and for how long, and that nothing is handled of what comes after a refusal or after a Close."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from uuid import uuid4

import aiohttp
import pytest
from django.utils import timezone

from accounts.models import Account
from accounts.sessions.tokens import sign_access_token
from chat.models import Room
from chat.tests.harness.clients import connected, token_of, until_closed
from chat.tests.harness.raw_socket import CLOSE, TEXT, close_code_in, frame, handshake, problems_in
from chat.tests.harness.servers import Server
from config.env import env
from conftest import MakeAccount

PING = frame('{"type":"ping","id":1}')


def _answer(server: Server, *, path: str = "/ws/v1/chat", more: str = "", after: bytes = b"") -> tuple[bytes, bytes]:
    with handshake(server, path=path, more=more, after=after) as raw:
        return raw.head(), raw.rest()


def _talk(server: Server, more: str, frames: bytes) -> tuple[bytes, list[tuple[int, bytes]]]:
    """Shake hands, send all of this, and listen until the end."""
    with handshake(server, more=more) as raw:
        head = raw.head()
        raw.send(frames)
        return head, raw.frames()


def _send_of(room: Room, text: str) -> bytes:
    body = {"type": "send", "id": 1, "room_id": str(room.pk), "client_message_id": str(uuid4()), "text": text}
    return frame(json.dumps(body))


@pytest.mark.parametrize("path", ["/", "/ws/v1/chat/", "/ws/v1/cha", "/ws/v2/chat", "/api/v1/salons", "/%00", "/%ff"])
async def test_a_handshake_to_any_other_path_is_refused_as_not_found(
    here: Server, customer: Account, path: str
) -> None:
    more = f"Authorization: Bearer {token_of(customer)}\r\nAccept-Language: en\r\n"
    head, body = await asyncio.to_thread(_answer, here, path=path, more=more, after=PING)
    problem = json.loads(body)

    assert head.startswith(b"HTTP/1.1 404 ")
    assert b"application/problem+json" in head
    assert (problem["code"], problem["title"]) == ("not-found", "There is no such thing")


async def test_a_foreign_origin_is_refused_with_a_problem_and_its_frames_are_not_handled(
    here: Server, room: Room
) -> None:
    async with connected(here, room.groomer.account) as groomer:
        await groomer.subscribe(room)
        more = f"Cookie: salon_access={token_of(room.customer)}\r\nOrigin: https://evil.example\r\n"
        head, body = await asyncio.to_thread(_answer, here, more=more, after=_send_of(room, "from afar"))
        await groomer.send(room, "quiet")
        await groomer.until(lambda: "quiet" in groomer.texts())

    assert head.startswith(b"HTTP/1.1 403 ")
    assert json.loads(body)["code"] == "foreign-origin"
    assert groomer.texts() == ["quiet"]


@pytest.mark.parametrize(
    "more",
    [
        "Content-Length: 30\r\n",
        "Sec-WebSocket-Protocol: \xe9\xff\r\n",
        "Sec-WebSocket-Key: second\r\n",
        "Sec-WebSocket-Version: 7\r\n",
    ],
)
async def test_a_handshake_that_is_none_is_refused_with_a_problem(here: Server, customer: Account, more: str) -> None:
    signed_in = f"Authorization: Bearer {token_of(customer)}\r\n"
    head, body = await asyncio.to_thread(_answer, here, more=signed_in + more, after=PING * 5)

    assert head.startswith(b"HTTP/1.1 4")
    assert b"problem+json" in head
    assert json.loads(body)["code"] == "bad-handshake"


@pytest.mark.parametrize("protocols", ["chat, graphql-ws", "a" * 8_000])
async def test_a_subprotocol_that_we_do_not_speak_is_left_out(here: Server, customer: Account, protocols: str) -> None:
    more = f"Authorization: Bearer {token_of(customer)}\r\nSec-WebSocket-Protocol: {protocols}\r\n"

    head, frames = await asyncio.to_thread(_talk, here, more, PING + frame(b"garbage") * 25)

    assert head.startswith(b"HTTP/1.1 101 ")
    assert b"sec-websocket-protocol" not in head.lower()
    assert json.loads(frames[0][1])["type"] == "pong"


async def test_an_odd_cookie_beside_ours_does_not_hide_it(here: Server, customer: Account) -> None:
    more = f'Cookie: other="; a b; salon_access={token_of(customer)}\r\nOrigin: {env.public_origin}\r\n'

    _head, frames = await asyncio.to_thread(_talk, here, more, PING * 40 + frame(b"garbage") * 25)

    assert [json.loads(payload)["type"] for opcode, payload in frames if opcode == TEXT].count("pong") == 40


@pytest.mark.parametrize("authorization", ["", "Authorization: Bearer nonsense\r\n"])
async def test_frames_that_come_after_a_refused_token_are_not_handled(
    here: Server, room: Room, authorization: str
) -> None:
    sends = b"".join(_send_of(room, "x") for _ in range(50))

    _head, frames = await asyncio.to_thread(_talk, here, authorization, PING + sends)

    assert [problem["code"] for problem in problems_in(frames)] in (["not-signed-in"], ["invalid-token"])
    assert close_code_in(frames) == 4401
    assert [opcode for opcode, _ in frames] == [TEXT, CLOSE]


async def test_frames_that_come_after_our_close_are_not_handled(here: Server, room: Room) -> None:
    more = f"Authorization: Bearer {token_of(room.customer)}\r\n"
    async with connected(here, room.groomer.account) as groomer:
        await groomer.subscribe(room)
        late = frame("garbage") * 25 + _send_of(room, "too late") * 3
        _head, frames = await asyncio.to_thread(_talk, here, more, late)
        await groomer.send(room, "quiet")
        await groomer.until(lambda: "quiet" in groomer.texts())

    assert close_code_in(frames) == 4400
    assert frames[-1][0] == CLOSE
    assert groomer.texts() == ["quiet"]


async def test_frames_that_come_after_the_clients_close_are_not_handled(here: Server, room: Room) -> None:
    before, after = _send_of(room, "before"), _send_of(room, "after")
    async with connected(here, room.groomer.account) as groomer:
        await groomer.subscribe(room)
        more = f"Authorization: Bearer {token_of(room.customer)}\r\n"
        await asyncio.to_thread(_talk, here, more, before + frame(b"\x03\xe8", opcode=CLOSE) + after)
        await groomer.until(lambda: "before" in groomer.texts())
        await groomer.send(room, "end")
        await groomer.until(lambda: "end" in groomer.texts())

    assert groomer.texts() == ["before", "end"]


async def test_without_a_token_or_with_a_bad_one_the_socket_closes_with_4401(here: Server, customer: Account) -> None:
    expired = sign_access_token(
        account_id=customer.pk, role="customer", session_id=None, now=timezone.now() - timedelta(hours=1)
    )
    codes = []
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": f"Bearer {expired}"}):
        async with connected(here, None, **headers) as client:
            await until_closed(client)
            codes.append((client.problems[0]["problem"]["code"], client.socket.close_code))

    assert codes == [("not-signed-in", 4401), ("invalid-token", 4401), ("invalid-token", 4401)]


async def test_a_token_that_runs_out_ends_the_connection_with_4401(here: Server, customer: Account) -> None:
    token = sign_access_token(
        account_id=customer.pk, role="customer", session_id=None, now=timezone.now(), lifetime=timedelta(seconds=2)
    )
    async with connected(here, None, Authorization=f"Bearer {token}") as client:
        pong = await client.ask(type="ping")
        await until_closed(client)

    assert pong["type"] == "pong"
    assert client.socket.close_code == 4401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
async def test_a_browser_on_a_foreign_page_does_not_get_in(here: Server, customer: Account, origin: str | None) -> None:
    headers = {"Cookie": f"salon_access={token_of(customer)}", **({"Origin": origin} if origin else {})}
    async with aiohttp.ClientSession(headers=headers) as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(f"{here.url}/ws/v1/chat")

    assert refused.value.status == 403


async def test_a_browser_on_our_page_gets_in_with_its_cookie(here: Server, room: Room) -> None:
    cookie = f"salon_access={token_of(room.customer)}"
    async with connected(here, None, Cookie=cookie, Origin=env.public_origin) as browser:
        answer = await browser.subscribe(room)

    assert answer["type"] == "subscribed"


@pytest.fixture(params=["customer", "groomer", "operator"])
def other_account(request: pytest.FixtureRequest, make_account: MakeAccount) -> Account:
    return make_account(role=request.param)


async def test_a_stranger_of_any_role_stays_out(here: Server, room: Room, other_account: Account) -> None:
    async with connected(here, other_account) as stranger:
        answer = await stranger.subscribe(room)

    assert answer["problem"]["code"] == "room-not-found"
