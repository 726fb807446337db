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

from coupon_queue import line_stream
from coupon_queue.line_stream import LineProtocol

pytestmark = pytest.mark.unit

_REQUEST = b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n"
_PATIENCE = 0.4


async def _app(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(line_stream, "_REQUEST_SECONDS", _PATIENCE)
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

    assert _PATIENCE * 0.5 < await _seconds_until_cut_off(reader) < _PATIENCE * 3

    writer.close()


async def test_half_a_request_after_a_whole_one_is_cut_off_in_its_own_time(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_REQUEST)
    await reader.readuntil(b"ok")

    await asyncio.sleep(_PATIENCE / 2)
    writer.write(_REQUEST[:-5])

    assert _PATIENCE * 0.8 < await _seconds_until_cut_off(reader) < _PATIENCE * 3
    writer.close()


async def test_a_connection_between_two_requests_is_left_alone(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(2):
        writer.write(_REQUEST)
        async with asyncio.timeout(2):
            await reader.readuntil(b"ok")

        await asyncio.sleep(_PATIENCE * 2)

    writer.close()
