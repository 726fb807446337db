"""A connection that keeps what is written to one customer."""

from __future__ import annotations

import asyncio
import json

from tests.harness.customer import SseEvent


class Connection(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def events(self) -> list[SseEvent]:
        blocks = self.written.decode().strip().split("\n\n")
        facts = [dict(line.split(": ", 1) for line in block.split("\n") if ": " in line) for block in blocks]
        return [SseEvent(fact["event"], json.loads(fact["data"]), fact.get("id")) for fact in facts]
