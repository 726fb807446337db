"""Who connects and does not finish asking is cut off, whatever was asked before on the same connection."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from coupon_queue.streams import line_protocol
from coupon_queue.streams.line_protocol import LineProtocol

pytestmark = pytest.mark.unit

_REQUEST = b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n"
_TIMEOUT_SECONDS = 0.4


async def _app(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(line_protocol, "_REQUEST_SECONDS", _TIMEOUT_SECONDS)
    config = uvicorn.Config(_app, lifespan="off", log_config=None, timeout_keep_alive=30)
    config.load()

    def protocol() -> Any:
        return LineProtocol(config=config, server_state=ServerState(), app_state={})

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def _seconds_until_cut_off(reader: asyncio.StreamReader) -> float:
    began = asyncio.get_running_loop().time()
    async with asyncio.timeout(5):
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
    return asyncio.get_running_loop().time() - began


async def test_who_says_nothing_is_cut_off(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    assert _TIMEOUT_SECONDS * 0.5 < await _seconds_until_cut_off(reader) < _TIMEOUT_SECONDS * 3

    writer.close()


async def test_half_a_request_after_a_whole_one_is_cut_off_in_its_own_time(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_REQUEST)
    await reader.readuntil(b"ok")

    await asyncio.sleep(_TIMEOUT_SECONDS / 2)
    writer.write(_REQUEST[:-5])

    assert _TIMEOUT_SECONDS * 0.8 < await _seconds_until_cut_off(reader) < _TIMEOUT_SECONDS * 3
    writer.close()


async def test_a_connection_between_two_requests_is_left_alone(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(2):
        writer.write(_REQUEST)
        async with asyncio.timeout(2):
            await reader.readuntil(b"ok")

        await asyncio.sleep(_TIMEOUT_SECONDS * 2)

    writer.close()


async def _answer_to(port: int, *pieces: bytes) -> bytes:
    """The first line of the answer to the last piece that was taken."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with contextlib.suppress(ConnectionError):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
    async with asyncio.timeout(5):
        received = await reader.read(1 << 20)
    writer.close()
    return received.split(b"HTTP/1.1 ")[-1]


@pytest.mark.parametrize(
    "pieces",
    [
        [_REQUEST[:-2] + b"a: b\r\n" * 100 + b"\r\n"],
        [_REQUEST[:-2] + b"a: " + b"b" * 40_000 + b"\r\n\r\n"],
        [_REQUEST[:-2] + b"a: ", *[b"b" * 10_000] * 4],
        [_REQUEST, _REQUEST[:-2] + b"a: ", *[b"b" * 10_000] * 4],
    ],
    ids=["too many", "too large", "without end", "without end after a good one"],
)
async def test_headers_without_measure_are_refused_while_they_arrive(port: int, pieces: list[bytes]) -> None:
    last = await _answer_to(port, *pieces)

    assert last.startswith(b"431 Request Header Fields Too Large")
    assert b'"code":"headers-too-large"' in last


async def test_what_is_refused_so_early_has_the_language_and_the_trace_of_the_request(port: int) -> None:
    asked_with = b"Accept-Language: en\r\nX-Request-ID: 4bf92f3577b34da6a3ce929d0e0e4736\r\n"

    last = await _answer_to(port, _REQUEST[:-2] + asked_with + b"a: " + b"b" * 40_000 + b"\r\n\r\n")

    assert b"x-request-id: 4bf92f3577b34da6a3ce929d0e0e4736" in last
    assert b"The headers of this request are too large" in last


async def test_many_requests_in_one_piece_are_not_one_large_head(port: int) -> None:
    assert (await _answer_to(port, _REQUEST * 2_000)).startswith(b"200")
