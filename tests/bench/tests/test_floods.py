"""Each flood really sends, from an address of its own, and ends in time; and how its cost is judged."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from tests.bench.floods import slowly
from tests.bench.floods.__main__ import flood
from tests.bench.floods.kinds import FLOODS
from tests.bench.floods.target import SOURCE, Sent, Target
from tests.bench.load.bystanders import KINDS, Waited
from tests.bench.rows.strangers_judged import costs_of
from tests.bench.strangers_system import limits

pytestmark = pytest.mark.unit
SOCKETS = ("pings", "large_frames", "recoveries")


class Listener:
    """Takes everything at every address, and counts who came."""

    def __init__(self) -> None:
        self.came: Counter[str] = Counter()
        self.frames = 0
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.came[str(request.remote)] += 1
        if request.headers.get("Upgrade") != "websocket":
            await request.read()
            return web.Response(text="data: {}\n\n")
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for _ in socket:
            self.frames += 1
        return socket


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    listener = Listener()
    application = web.Application(client_max_size=1024 * 1024)
    application.router.add_route("*", "/{anything:.*}", listener.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=2048).start()
    listener.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield listener
    await runner.cleanup()


@pytest.mark.parametrize("kind", FLOODS)
async def test_a_flood_sends_from_its_own_address_until_it_is_ended(
    monkeypatch: pytest.MonkeyPatch, listener: Listener, kind: str
) -> None:
    monkeypatch.setattr(slowly, "CONNECTIONS", 10)
    target = Target(listener.url, token="a.b.c", event_id="e", room_id="r", cursor="1:1:1")
    sent = Sent()

    flooding = asyncio.create_task(FLOODS[kind](target, sent))
    arrived = {
        "slow_bodies": "opened",
        "slow_heads": "opened",
        **dict.fromkeys(SOCKETS, "frames"),
        "headers": "400",
    }.get(kind, "200")
    while not sent.counts[arrived] or (kind in SOCKETS and not listener.frames):
        assert not flooding.done()
        await asyncio.sleep(0.02)
    flooding.cancel()
    await asyncio.wait([flooding])

    assert flooding.cancelled()
    assert set(listener.came) <= {SOURCE}


async def test_a_flood_ends_by_itself_when_its_time_is_over(listener: Listener) -> None:
    sent = await flood("openapi", Target(listener.url, "a.b.c", "e", "r", "1:1:1"), seconds=0.1)

    assert sent.counts.keys() <= {"200"}


def test_the_cost_of_a_flood_is_what_those_paid_who_waited_longest() -> None:
    quiet, flooded = Waited(), Waited()
    for number in range(100):
        for kind in KINDS:
            quiet.add(kind, 0.010)
            flooded.add(kind, 0.030 if kind == "chat" and number > 97 else 0.010)

    ratios = {kind: ratio for kind, (_, _, ratio) in costs_of([flooded], [quiet]).items()}

    assert ratios["search"] == ratios["place"] == 1
    assert 2.9 < ratios["chat"] < 3.1


def test_a_stall_in_one_round_of_three_is_not_the_floods_and_one_in_two_is() -> None:
    def rounds(*ms: float) -> list[Waited]:
        windows = [Waited() for _ in ms]
        for window, delay in zip(windows, ms, strict=True):
            for kind in KINDS:
                window.add(kind, delay / 1000)
        return windows

    assert costs_of(rounds(10, 90, 10), rounds(10, 10, 10))["chat"][2] == 1
    assert costs_of(rounds(90, 90, 10), rounds(10, 10, 10))["chat"][2] > 8
    # The same for the other side: a stall without a flood excuses none.
    assert costs_of(rounds(30, 30, 30), rounds(10, 90, 10))["chat"][2] > 2.8


def test_who_got_no_answer_has_waited_longest_of_all() -> None:
    waited = Waited()
    waited.add("search", None)

    assert waited.failed["search"] == 1
    assert (waited.delays["search"].percentile_ms(99) or 0) > 9_000


def test_strangers_meet_the_limits_that_compose_has() -> None:
    assert limits().keys() == {"REQUESTS_PER_ADDRESS", "CONNECTIONS_PER_ADDRESS", "JOINS_PER_ADDRESS", "JOINS_BURST"}
