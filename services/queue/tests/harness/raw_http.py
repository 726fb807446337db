"""Asking with bytes that no client library would send, and reading what comes back."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass
from typing import Any

HOST = "Host: salon.test\r\n"


def asking(line: str, *headers: str, body: str = "") -> bytes:
    head = "".join(f"{header}\r\n" for header in headers)
    return f"{line}\r\n{HOST}Connection: close\r\n{head}\r\n{body}".encode("latin-1")


@dataclass(frozen=True)
class RawAnswer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        document = json.loads(self.body)
        assert isinstance(document, dict)
        return document


async def exchange(port: int, request: bytes, *, seconds: float = 1.5) -> bytes:
    """Everything that comes back until the other side closes, or for so long."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    received = b""
    with contextlib.suppress(ConnectionError, TimeoutError):
        writer.write(request)
        async with asyncio.timeout(seconds):
            while data := await reader.read(65536):
                received += data
    writer.close()
    return received


def answers_in(received: bytes) -> list[RawAnswer]:
    answers = []
    while received.startswith(b"HTTP/"):
        head, _, rest = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", len(rest)))
        answers.append(RawAnswer(int(first.split()[1]), headers, rest[:length]))
        received = rest[length:]
    return answers
