"""What a device does when its stream ends: it comes back when it should. Against a server in this process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web

from tests.harness.api_client import ApiClient, connections
from tests.harness.line_client import LineClient, LineRefused, LineWatcher
from tests.harness.line_position import Place

pytestmark = pytest.mark.unit

Script = list[list[tuple[str, dict[str, Any]]]]


def place(seq: int, *, state: str = "waiting", ahead: int | None = 4, **more: Any) -> tuple[str, dict[str, Any]]:
    return "place", {"seq": seq, "number": 9, "ahead": ahead, "admitted": 0, "state": state, "coupon": None, **more}


def frame(seq: int, *, admitted: int = 0) -> tuple[str, dict[str, Any]]:
    counts = {"serving": admitted, "admitted": admitted, "waiting": 9, "stock_left": 3}
    return "frame", {"seq": seq, "state": "open", "departed": [], "returned": [], "eta_per_place": None, **counts}


ISSUED = place(9, state="issued", ahead=None, coupon={"coupon_id": "c", "serial": 2})


@pytest.fixture
async def follow() -> AsyncIterator[Callable[..., Any]]:
    """Play one list of events for each connection that comes, and follow the line there."""
    runners: list[web.AppRunner] = []

    async def playing(script: Script, watcher: LineWatcher, refusal: dict[str, Any] | None = None) -> Place:
        connections_left = iter(script)

        async def line(request: web.Request) -> web.StreamResponse:
            if refusal is not None:
                return web.json_response(refusal, status=refusal["status"])
            answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await answer.prepare(request)
            for name, document in next(connections_left):
                await answer.write(f"event: {name}\ndata: {json.dumps(document)}\n\n".encode())
            return answer

        app = web.Application()
        app.router.add_get("/queue/v1/events/e/line", line)
        runner = web.AppRunner(app)
        runners.append(runner)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        async with connections(f"http://127.0.0.1:{port}") as http:
            return await asyncio.wait_for(LineClient(ApiClient(http), event_id="e", watcher=watcher).follow(), 10)

    yield playing
    for runner in runners:
        await runner.cleanup()


async def test_it_counts_down_and_ends_at_the_final_word(follow: Callable[..., Any]) -> None:
    sums: list[int] = []
    watcher = LineWatcher(on_frame=lambda _frame, position, _raw: sums.append(position.ahead))

    final = await follow([[place(1), frame(2, admitted=1), frame(3, admitted=3), ISSUED]], watcher)

    assert sums == [3, 1]
    assert (final.state, final.serial) == ("issued", 2)


@pytest.mark.parametrize(
    ("first", "why"),
    [
        ([place(1), frame(2)], "stream ended"),
        ([place(1), frame(2), ("farewell", {"reconnect_after_ms": 20}), frame(3)], "farewell"),
        ([place(1), frame(2), frame(5)], "expected frame 3, got 5"),
    ],
    ids=["cut", "farewell", "a missing frame"],
)
async def test_it_comes_back_for_a_fresh_place(
    follow: Callable[..., Any], first: list[tuple[str, dict[str, Any]]], why: str
) -> None:
    reasons: list[str] = []
    places: list[int] = []
    watcher = LineWatcher(on_place=lambda place: places.append(place.seq), on_reconnect=reasons.append)

    final = await follow([first, [place(7), ISSUED]], watcher)

    assert reasons == [why]
    assert places == [1, 7, 9]
    assert final.state == "issued"


async def test_a_problem_in_the_stream_ends_it(follow: Callable[..., Any]) -> None:
    with pytest.raises(LineRefused, match="invalid-token"):
        await follow([[place(1), ("problem", {"code": "invalid-token"})]], LineWatcher())


async def test_a_line_that_refuses_is_not_asked_again(follow: Callable[..., Any]) -> None:
    with pytest.raises(LineRefused, match="not-in-line"):
        await follow([], LineWatcher(), {"code": "not-in-line", "status": 404})
