"""What a good client makes of "not now": it comes again when told to, and not for ever."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from tests.harness import api_client
from tests.harness.api_client import ApiClient, Unexpected, connections
from tests.harness.chat_client import ChatClient, ChatRefused

pytestmark = pytest.mark.unit

UNAVAILABLE: dict[str, object] = {"code": "unavailable", "title": "Come again"}
WRONG: dict[str, object] = {"code": "slot-taken", "title": "Somebody has it"}
Planned = tuple[int, dict[str, str], dict[str, object]]
NOT_NOW: Planned = (503, {"Retry-After": "0"}, UNAVAILABLE)
DONE: Planned = (200, {}, {"name": "Mong"})


@asynccontextmanager
async def answering(*answers: Planned) -> AsyncIterator[tuple[ApiClient, list[str]]]:
    """Each request is answered with the next of these, the last one for ever; the list has what was asked."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.method)
        status, headers, body = answers[min(len(asked), len(answers)) - 1]
        kind = api_client.PROBLEM if status >= 400 else "application/json"
        return web.json_response(body, status=status, headers=headers, content_type=kind)

    async with served(answer) as base_url, connections(base_url) as http:
        yield ApiClient(http), asked


@asynccontextmanager
async def served(handler: object) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)  # type: ignore[arg-type]
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_not_now_is_asked_again_until_it_is_done() -> None:
    async with answering(NOT_NOW, (502, {"Retry-After": "0"}, UNAVAILABLE), NOT_NOW, DONE) as (api, asked):
        body = await api.expect(200, method="POST", path="/api/v1/dogs", json_body={})

    assert body == {"name": "Mong"}
    assert asked == ["POST"] * 4


@pytest.mark.parametrize(
    "final",
    [(409, {}, WRONG), (503, {}, UNAVAILABLE), (500, {"Retry-After": "0"}, UNAVAILABLE)],
    ids=["a refusal", "not now, and no time to come again", "a failure"],
)
async def test_what_is_final_is_asked_once(final: Planned) -> None:
    async with answering(final, DONE) as (api, asked):
        with pytest.raises(Unexpected, match=f"was answered {final[0]}"):
            await api.expect(200, method="POST", path="/api/v1/dogs", json_body={})

    assert len(asked) == 1


async def test_a_server_that_never_can_is_not_asked_for_ever() -> None:
    async with answering(NOT_NOW) as (api, asked):
        with pytest.raises(Unexpected, match="503"):
            await api.expect(200, method="GET", path="/api/v1/dogs")

    assert len(asked) == 1 + api_client.TRIES_LATER


async def test_one_call_takes_not_now_for_an_answer() -> None:
    async with answering(NOT_NOW, DONE) as (api, asked):
        answer = await api.call("GET", "/api/v1/dogs")

    assert (answer.status, answer.retry_after_seconds, len(asked)) == (503, 0.0, 1)


def _refusing_socket(*problems: dict[str, object]) -> object:
    left = list(problems)

    async def chat(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for raw in socket:
            assert raw.type is aiohttp.WSMsgType.TEXT
            number = json.loads(raw.data)["id"]
            if left:
                await socket.send_json({"type": "problem", "reply_to": number, "problem": left.pop(0)})
            else:
                await socket.send_json({"type": "ack", "reply_to": number, "cursor": "1-7"})
        return socket

    return chat


async def test_a_message_that_is_not_now_taken_is_said_again_under_the_same_name() -> None:
    not_now = {"code": "dependency-down", "retry_after_seconds": 0}
    too_fast = {"code": "rate-limited", "retry_after_seconds": 0}

    async with served(_refusing_socket(not_now, too_fast)) as base_url:
        device = ChatClient(base_url, token="t")
        await device.connect()
        cursor = await device.send_later_too("r", client_message_id="m", text="hello")
        await device.close()

    assert cursor == "1-7"


async def test_a_message_that_is_refused_for_good_is_not_said_again() -> None:
    async with served(_refusing_socket({"code": "not-a-member"})) as base_url:
        device = ChatClient(base_url, token="t")
        await device.connect()
        with pytest.raises(ChatRefused, match="not-a-member"):
            await device.send_later_too("r", client_message_id="m", text="hello")
        await device.close()
