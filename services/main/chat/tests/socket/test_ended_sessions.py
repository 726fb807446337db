"""A session that ends at one instance is over at the other: its socket and its token, within seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from asgiref.sync import sync_to_async

from accounts.models import Account
from chat.tests.harness.servers import Serve, Server
from conftest import MakeAccount

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "korong-korong-7"
WITHIN_SECONDS = 5.0


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def _sign_in(http: aiohttp.ClientSession, server: Server, account: Account) -> str:
    body = {"email": account.email, "password": PASSWORD, "client": "mobile"}
    async with http.post(f"{server.url}/api/v1/sessions", json=body) as answer:
        assert answer.status == 201, await answer.text()
        return str((await answer.json())["access_token"])


async def _closed_with(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    """As the server wrote it: aiohttp puts 1006 in `close_code` when its own answer to the close comes too late."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while (message := await socket.receive()).type in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}:
            pass
    return message.data if message.type is aiohttp.WSMsgType.CLOSE else None


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def _refused_within(http: aiohttp.ClientSession, server: Server, token: str) -> dict[str, Any]:
    until = time.monotonic() + WITHIN_SECONDS
    while True:
        async with http.get(f"{server.url}/api/v1/accounts/me", headers=_bearer(token)) as answer:
            body: dict[str, Any] = await answer.json()
            if answer.status != 200 or time.monotonic() > until:
                return body
        await asyncio.sleep(0.1)


async def test_signing_out_at_one_instance_ends_the_socket_at_the_other(
    here: Server, there: Server, make_account: MakeAccount, http: aiohttp.ClientSession
) -> None:
    account = await sync_to_async(make_account)(password=PASSWORD)
    token, tablet = await _sign_in(http, here, account), await _sign_in(http, here, account)
    socket = await http.ws_connect(f"{there.url}/ws/v1/chat", headers=_bearer(token))
    other = await http.ws_connect(f"{there.url}/ws/v1/chat", headers=_bearer(tablet))

    async with http.delete(f"{here.url}/api/v1/sessions", headers=_bearer(token)) as answer:
        assert answer.status == 204

    assert await _closed_with(socket) == 4401
    assert (await _refused_within(http, there, token))["code"] == "invalid-token"
    await other.send_json({"type": "ping", "id": 1})
    assert (await other.receive_json())["type"] == "pong", "another device stays"


async def test_a_deactivated_account_loses_its_sockets_everywhere(
    here: Server, there: Server, make_account: MakeAccount, http: aiohttp.ClientSession
) -> None:
    account = await sync_to_async(make_account)(password=PASSWORD)
    token = await _sign_in(http, here, account)
    sockets = [await http.ws_connect(f"{server.url}/ws/v1/chat", headers=_bearer(token)) for server in (here, there)]

    account.is_active = False
    await sync_to_async(account.save)()

    assert [await _closed_with(socket) for socket in sockets] == [4401, 4401]


async def test_an_instance_without_redis_hears_of_it_too(
    here: Server, serve: Serve, make_account: MakeAccount, http: aiohttp.ClientSession
) -> None:
    cut_off = await asyncio.to_thread(serve, MAIN_REDIS_URL="redis://127.0.0.1:9/0")
    account = await sync_to_async(make_account)(password=PASSWORD)
    token = await _sign_in(http, here, account)
    socket = await http.ws_connect(f"{cut_off.url}/ws/v1/chat", headers=_bearer(token))

    async with http.delete(f"{here.url}/api/v1/sessions", headers=_bearer(token)) as answer:
        assert answer.status == 204

    assert await _closed_with(socket) == 4401
    assert (await _refused_within(http, cut_off, token))["code"] == "invalid-token"


async def test_a_page_of_another_account_gets_no_socket(
    here: Server, make_account: MakeAccount, http: aiohttp.ClientSession
) -> None:
    shown, signed_in = [await sync_to_async(make_account)(password=PASSWORD) for _ in range(2)]
    token = await _sign_in(http, here, signed_in)

    socket = await http.ws_connect(f"{here.url}/ws/v1/chat?account={shown.pk}", headers=_bearer(token))
    problem = await socket.receive_json()
    await socket.receive()
    own = await http.ws_connect(f"{here.url}/ws/v1/chat?account={signed_in.pk}", headers=_bearer(token))
    await own.send_json({"type": "ping", "id": 1})

    assert (problem["problem"]["code"], socket.close_code) == ("signed-in-as-another", 4409)
    assert (await own.receive_json())["type"] == "pong"
