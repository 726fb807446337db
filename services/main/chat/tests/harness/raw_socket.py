"""A WebSocket client of bare bytes, for what no library would send."""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from chat.tests.harness.servers import Server

TEXT, BINARY, CONTINUATION, CLOSE, PING = 0x1, 0x2, 0x0, 0x8, 0x9


def frame(payload: bytes | str, *, opcode: int = TEXT, is_last: bool = True) -> bytes:
    """One frame of a client, with a mask of zeros."""
    data = payload.encode() if isinstance(payload, str) else payload
    first = bytes([(0x80 if is_last else 0) | opcode])
    if len(data) < 126:
        return first + bytes([0x80 | len(data)]) + bytes(4) + data
    if len(data) < 65_536:
        return first + bytes([0x80 | 126]) + struct.pack("!H", len(data)) + bytes(4) + data
    return first + bytes([0x80 | 127]) + struct.pack("!Q", len(data)) + bytes(4) + data


class RawSocket:
    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._seen = b""

    def send(self, data: bytes) -> bool:
        """False when the far end does not take it: it is gone, or has stopped reading."""
        try:
            self.connection.sendall(data)
        except OSError:
            return False
        return True

    def head(self) -> bytes:
        """The status line and headers of the answer to the handshake."""
        while b"\r\n\r\n" not in self._seen and self._receive():
            pass
        head, _, self._seen = self._seen.partition(b"\r\n\r\n")
        return head

    def rest(self) -> bytes:
        """All that comes until the connection ends."""
        while self._receive():
            pass
        return self._seen

    def frames(self) -> list[tuple[int, bytes]]:
        """Opcode and payload of all frames that come until the connection ends."""
        data, found = self.rest(), []
        while len(data) >= 2:
            length, start = data[1] & 0x7F, 2
            if length == 126:
                length, start = struct.unpack("!H", data[2:4])[0], 4
            found.append((data[0] & 0x0F, data[start : start + length]))
            data = data[start + length :]
        return found

    def _receive(self) -> bool:
        with suppress(OSError):
            received = self.connection.recv(65_536)
            self._seen += received
            return bool(received)
        return False


@contextmanager
def handshake(server: Server, *, path: str = "/ws/v1/chat", more: str = "", after: bytes = b"") -> Iterator[RawSocket]:
    """Ask for a WebSocket, with more lines in the head and bytes right behind it."""
    key = base64.b64encode(os.urandom(16)).decode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        raw = RawSocket(connection)
        raw.send(
            (
                f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{more}\r\n"
            ).encode("latin-1")
            + after
        )
        yield raw


def problems_in(frames: list[tuple[int, bytes]]) -> list[dict[str, Any]]:
    bodies = [json.loads(payload) for opcode, payload in frames if opcode == TEXT]
    return [body["problem"] for body in bodies if body["type"] == "problem"]


def close_code_in(frames: list[tuple[int, bytes]]) -> int | None:
    codes = [struct.unpack("!H", payload[:2])[0] for opcode, payload in frames if opcode == CLOSE and payload]
    return codes[0] if codes else None
