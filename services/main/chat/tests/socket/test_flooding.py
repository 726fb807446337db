"""One client sends more than anybody can handle: it costs itself the connection, and the others nothing."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from pathlib import Path

import aiohttp
import pytest

from accounts.models import Account
from chat.tests.harness.clients import connected, token_of
from chat.tests.harness.raw_socket import (
    BINARY,
    CONTINUATION,
    PING,
    TEXT,
    RawSocket,
    close_code_in,
    frame,
    handshake,
    problems_in,
)
from chat.tests.harness.servers import Serve, Server
from conftest import MakeAccount
from serving.sockets.frame_rate import AT_ONCE, PACE_PER_SECOND

FLOOD_SECONDS = 3.0
LONG_FLOOD_SECONDS = 8.0  # what is allowed at once is handled at a pace, and refused are the frames after it
MEBIBYTE = 1024 * 1024
LONG = "x" * 8_000

FLOODS = {
    "pings": frame('{"type":"ping","id":1}') * 50,
    "pings of the protocol": frame(b"p" * 125, opcode=PING) * 50,
    "empty pings of the protocol": frame(b"", opcode=PING) * 500,
    "long frames": frame(f'{{"type":"ping","id":1,"x":"{LONG}"}}') * 8,
    "binary frames": frame(bytes(8_000), opcode=BINARY) * 8,
    "a message in endless pieces": frame(b"", opcode=CONTINUATION, is_last=False) * 500,
    "subscriptions": frame('{"type":"subscribe","id":1,"room_id":"11111111-2222-4333-8444-555555555555"}') * 20,
    "garbage": frame("garbage") * 100,
}


@pytest.fixture(scope="module")
def main(serve: Serve, worker: None) -> Server:
    """An instance of its own: its memory is measured."""
    return serve()


def _resident_bytes(server: Server) -> int:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


def _flood(raw: RawSocket, data: bytes, *, seconds: float) -> None:
    until = time.monotonic() + seconds
    raw.connection.settimeout(seconds)
    while time.monotonic() < until and raw.send(data):
        pass


def _flooded(main: Server, account: Account, data: bytes, *, seconds: float = FLOOD_SECONDS) -> RawSocket:
    with handshake(main, more=f"Authorization: Bearer {token_of(account)}\r\n") as raw:
        raw.head()
        opening = frame("{", is_last=False) if data[:1] == bytes([CONTINUATION]) else b""
        # Somebody has to read the answers, or the flood stands still.
        reader = threading.Thread(target=raw.rest, daemon=True)
        reader.start()
        raw.send(opening)
        _flood(raw, data, seconds=seconds)
        reader.join(10)
    return raw


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS.keys())
async def test_a_flood_of_frames_ends_itself_and_costs_others_neither_time_nor_memory(
    main: Server, make_account: MakeAccount, flood: bytes
) -> None:
    flooder, other = await asyncio.to_thread(lambda: (make_account(), make_account()))
    async with connected(main, other) as client:
        await client.ask(type="ping")
        before = _resident_bytes(main)
        flooding = asyncio.create_task(asyncio.to_thread(_flooded, main, flooder, flood))
        waits, memory = [], []
        while not flooding.done():
            began = time.monotonic()
            await client.ask(type="ping")
            waits.append(time.monotonic() - began)
            memory.append(_resident_bytes(main))
            await asyncio.sleep(0.05)
        frames = (await flooding).frames()

    assert close_code_in(frames) in {4400, 4429, None}
    assert max(memory) - before < 16 * MEBIBYTE
    assert sorted(waits)[len(waits) // 2] < 0.25


async def test_too_many_frames_are_refused_first_and_then_end_the_connection_with_a_code_of_its_own(
    main: Server, customer: Account
) -> None:
    raw = await asyncio.to_thread(_flooded, main, customer, FLOODS["pings"], seconds=LONG_FLOOD_SECONDS)
    frames = raw.frames()
    refusals = problems_in(frames)

    assert close_code_in(frames) == 4429
    assert {refusal["code"] for refusal in refusals} == {"rate-limited"}
    assert all(refusal["retry_after_seconds"] >= 1 for refusal in refusals)
    assert sum(b"pong" in payload for opcode, payload in frames if opcode == TEXT) >= 500


async def test_a_burst_is_handled_at_a_pace_whatever_its_frames_and_over_how_many_sockets(
    main: Server, customer: Account
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(connected(main, customer)) for _ in range(4)]
        began = time.monotonic()
        for number in range(100):
            for client in clients:
                await client.socket.send_json({"type": "ping", "id": number + 1})
        for client in clients:
            await client.ask(type="ping")

    beyond = 404 - AT_ONCE
    assert time.monotonic() - began >= beyond / PACE_PER_SECOND * 0.8


async def test_frames_are_counted_over_all_sockets_of_an_account(main: Server, customer: Account) -> None:
    async with connected(main, customer) as one, connected(main, customer) as other:

        def refusals() -> list[str]:
            answers = one.problems + other.problems
            return [answer["problem"]["code"] for answer in answers if answer["type"] == "problem"]

        for number in range(600):
            for client in (one, other):
                await client.socket.send_json({"type": "ping", "id": 100_000 + number})
        await one.until(lambda: bool(refusals()) or len(one.problems) + len(other.problems) == 1_200)

    assert set(refusals()) == {"rate-limited"}


async def test_an_account_has_twenty_sockets_and_the_next_is_told_why(main: Server, customer: Account) -> None:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token_of(customer)}"}) as session:
        opened = [await session.ws_connect(f"{main.url}/ws/v1/chat") for _ in range(21)]
        refusal = await opened[-1].receive_json()
        code = (await opened[-1].receive()).data
        for one in opened[:2]:
            await one.close()
        await asyncio.sleep(0.2)
        again = await session.ws_connect(f"{main.url}/ws/v1/chat")
        await again.send_json({"type": "ping", "id": 1})
        pong = await again.receive_json()
        for one in [*opened, again]:
            await one.close()

    assert (refusal["problem"]["code"], refusal["problem"]["max_sockets"], code) == ("too-many-sockets", 20, 4430)
    assert pong["type"] == "pong"
