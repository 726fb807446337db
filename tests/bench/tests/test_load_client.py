from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bench.streams.load_client import LoadClient, shares
from tests.bench.streams.sent_times import SentTimes

pytestmark = pytest.mark.unit

HERE = ("127.0.0.1", 1)
THERE = ("127.0.0.1", 2)


def test_every_stream_is_dealt_to_exactly_one_process() -> None:
    dealt = shares([HERE, THERE], 50_000)

    assert sorted(number for _, first, last in dealt for number in range(first, last)) == list(range(50_000))


def test_no_process_gets_more_than_its_descriptors_allow() -> None:
    assert max(last - first for _, first, last in shares([HERE], 50_000)) <= 18_000


def test_the_servers_get_equal_shares() -> None:
    assert shares([HERE, THERE], 10) == [(HERE, 0, 5), (THERE, 5, 10)]


class SlowServer:
    """Answers every request with 200, but the third with 503; later writes one frame to all whom it told 200."""

    def __init__(self) -> None:
        self.port = 0
        self._writers: list[asyncio.StreamWriter] = []
        self._asked = 0
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()

    @contextmanager
    def running(self) -> Iterator[SlowServer]:
        thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))
        thread.start()
        self._up.wait(5)
        yield self
        self._loop.call_soon_threadsafe(self._ended.set)
        thread.join()
        self._loop.close()

    async def _serve(self) -> None:
        self._ended = asyncio.Event()
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._up.set()
        await self._ended.wait()
        server.close()
        for writer in self._writers:
            writer.close()
            await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self._asked += 1
        self._writers.append(writer)
        writer.write(b"HTTP/1.1 %s\r\n\r\n" % (b"503 Full" if self._asked == 3 else b"200 OK"))

    def send(self, event: bytes) -> None:
        for writer in list(self._writers):
            self._loop.call_soon_threadsafe(writer.write, event)


def test_delays_are_counted_from_the_mark_and_refusals_are_told(tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text("a\nb\nc\nd\n")
    sent = SentTimes(tmp_path / "sent")
    with (
        SlowServer().running() as server,
        LoadClient(
            addresses=[("127.0.0.1", server.port)],
            path="/line",
            tokens=tmp_path / "tokens",
            streams=4,
            core=None,
            sent_times=tmp_path / "sent",
        ) as client,
    ):
        opened = client.open()
        sent.mark(5)
        time.sleep(0.05)
        server.send(b'event: frame\ndata: {"seq":5}\n\n')
        time.sleep(0.3)
        counted = client.counted()

    assert (opened.open, opened.refused) == (3, {"HTTP/1.1 503 Full": 1})
    assert counted.frames == {5: 3}
    assert counted.delays.total == 3
    assert 50 <= (counted.delays.percentile_ms(50) or 0) < 300
