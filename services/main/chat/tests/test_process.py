"""Chat as a part of a serving process: how it ends, and what it does with a reader that does not read."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
import time
from uuid import uuid4

from accounts.models import Account
from chat.models import Room
from chat.tests.harness.clients import connected, token_of
from chat.tests.harness.log import places_by_key, write_into
from chat.tests.harness.servers import Serve, Server
from salon_contracts.stores.chat_history import partition_of


async def test_an_instance_that_stops_says_goodbye_to_its_sockets(serve: Serve, room: Room) -> None:
    going = serve()
    async with connected(going, room.customer) as customer, connected(going, room.groomer.account) as groomer:
        await customer.subscribe(room)
        await groomer.subscribe(room)
        going.process.terminate()
        await asyncio.gather(customer.reading, groomer.reading)
    code = await asyncio.to_thread(going.process.wait, 10)

    assert (customer.socket.close_code, groomer.socket.close_code) == (1012, 1012)
    assert code == 0


def test_a_room_is_in_the_partition_where_history_and_resume_look_for_it() -> None:
    rooms = [str(uuid4()) for _ in range(50)]

    places = places_by_key(rooms)

    assert places == {room: partition_of(room) for room in rooms}


async def test_a_reader_that_stands_still_is_cut_and_the_others_go_on(here: Server, room: Room) -> None:
    async with connected(here, room.customer) as customer:
        await customer.subscribe(room)
        with await asyncio.to_thread(_subscribe_and_stop_reading, here, room.groomer.account, room) as sleeper:
            sent = 0
            while _is_connected(sleeper) and sent < 6_000:
                await asyncio.to_thread(write_into, room, ["가" * 2000] * 200)
                sent += 200
                await customer.until(lambda: len(customer.messages) == sent)  # noqa: B023
            was_cut = not _is_connected(sleeper)
        alive = await customer.ask(type="ping")

    assert was_cut
    assert alive["type"] == "pong"
    assert customer.cursors() == sorted(set(customer.cursors()))


def _subscribe_and_stop_reading(server: Server, account: Account, room: Room) -> socket.socket:
    """A client with a small window that reads the answer to its subscription and nothing after it."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", server.port))
    key = base64.b64encode(os.urandom(16)).decode()
    client.sendall(
        (
            "GET /ws/v1/chat HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Authorization: Bearer {token_of(account)}\r\n\r\n"
        ).encode()
    )
    _read_until(client, b"101 Switching Protocols")
    client.sendall(_masked(f'{{"type": "subscribe", "id": 1, "room_id": "{room.pk}"}}'.encode()))
    _read_until(client, b'"subscribed"')
    return client


def _masked(payload: bytes) -> bytes:
    """One text frame of a client, with a mask of zeros."""
    assert len(payload) < 126
    return bytes([0x81, 0x80 | len(payload)]) + bytes(4) + payload


def _read_until(client: socket.socket, wanted: bytes) -> None:
    seen, until = b"", time.monotonic() + 5
    while wanted not in seen:
        assert time.monotonic() < until, seen
        seen += client.recv(4096)


def _is_connected(client: socket.socket) -> bool:
    """A cut shows as an error on the socket, without reading from it."""
    state = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)
    return state[0] == 1  # TCP_ESTABLISHED
