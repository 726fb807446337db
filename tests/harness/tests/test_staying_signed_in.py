"""Whoever stays signed in renews the access token once, whoever waits for it, and asks again."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.harness.api_client import ApiClient, Unexpected, connections
from tests.harness.people import Person, StayingClient

pytestmark = pytest.mark.unit

ASKED_AT_ONCE = 8


class SmallMain:
    """Each refresh token is good once. `good` is the only access token that is not refused."""

    def __init__(self) -> None:
        self.good = "access 2"
        self.refreshes = ["refresh 1"]

    async def refresh(self, request: web.Request) -> web.Response:
        presented = (await request.json())["refresh_token"]
        if presented != self.refreshes[-1] or self.good == "nobody":
            return web.json_response({}, status=401)
        self.refreshes.append(f"refresh {len(self.refreshes) + 1}")
        await asyncio.sleep(0.05)
        return web.json_response({"access_token": self.good, "refresh_token": self.refreshes[-1]})

    async def me(self, request: web.Request) -> web.Response:
        return web.json_response({}, status=200 if request.headers["Authorization"] == f"Bearer {self.good}" else 401)

    def server(self) -> TestServer:
        app = web.Application()
        app.router.add_post("/api/v1/sessions/refresh", self.refresh)
        app.router.add_get("/me", self.me)
        return TestServer(app)


async def test_a_token_that_ran_out_is_renewed_once_for_all_that_ask() -> None:
    main = SmallMain()
    async with main.server() as server, connections(str(server.make_url("/"))) as http:
        person = Person(id=1, api=StayingClient(http, token="access 1", refresh_token="refresh 1"))

        answers = await asyncio.gather(*(person.api.call("GET", "/me") for _ in range(ASKED_AT_ONCE)))

        assert [answer.status for answer in answers] == [200] * ASKED_AT_ONCE
        assert main.refreshes == ["refresh 1", "refresh 2"]
        assert person.token == "access 2"


async def test_a_token_that_runs_out_again_is_renewed_with_the_new_refresh_token() -> None:
    main = SmallMain()
    async with main.server() as server, connections(str(server.make_url("/"))) as http:
        person = Person(id=1, api=StayingClient(http, token="access 1", refresh_token="refresh 1"))
        await person.renew("access 1")
        main.good = "access 3"

        answer = await person.api.call("GET", "/me")

        assert answer.status == 200
        assert main.refreshes == ["refresh 1", "refresh 2", "refresh 3"]


async def test_a_session_that_has_ended_is_said() -> None:
    main = SmallMain()
    main.good = "nobody"
    async with main.server() as server, connections(str(server.make_url("/"))) as http:
        with pytest.raises(Unexpected):
            await StayingClient(http, token="access 1", refresh_token="refresh 1").call("GET", "/me")


async def test_whoever_has_only_an_access_token_is_refused_when_it_ran_out() -> None:
    async with SmallMain().server() as server, connections(str(server.make_url("/"))) as http:
        assert (await ApiClient(http, token="access 1").call("GET", "/me")).status == 401
