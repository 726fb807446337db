"""An instance that is told to end (SIGTERM) loses nobody's request, although who asks learns of it only by asking."""

from __future__ import annotations

import asyncio
import signal
from contextlib import asynccontextmanager

import aiohttp

from coupon_queue.leaving import FAREWELL_SECONDS
from tests.conftest import StartQueue
from tests.harness.processes import QueueProcess
from tests.harness.waiting import eventually


class Asking:
    """On a new connection each time. `refused`: it was not sent, and another instance may be asked."""

    def __init__(self, url: str) -> None:
        self.became: list[str] = []
        self._url = f"{url}/healthz"

    async def on(self) -> None:
        connector = aiohttp.TCPConnector(force_close=True)
        async with aiohttp.ClientSession(connector=connector) as http:
            while True:
                try:
                    async with http.get(self._url) as answer:
                        await answer.read()
                        self.became.append(str(answer.status))
                except aiohttp.ClientConnectorError:
                    self.became.append("refused")
                    await asyncio.sleep(0.01)
                except aiohttp.ClientError as error:
                    self.became.append(type(error).__name__)


@asynccontextmanager
async def _asking(queue: QueueProcess, *, beside: int = 4):  # type: ignore[no-untyped-def]
    asking = Asking(queue.url)
    tasks = [asyncio.create_task(asking.on()) for _ in range(beside)]
    try:
        yield asking
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_every_request_is_answered_or_never_taken(start_queue: StartQueue) -> None:
    queue = start_queue()

    async with _asking(queue) as asking:
        await asyncio.to_thread(queue.leave)

    assert set(asking.became) == {"200", "refused"}
    assert asking.became.count("200") > 100


async def test_it_says_first_that_it_goes_and_answers_all_the_same(start_queue: StartQueue) -> None:
    queue = start_queue()
    async with aiohttp.ClientSession(queue.url) as http:
        queue.process.send_signal(signal.SIGTERM)
        asked = asyncio.get_running_loop().time()

        async def turns_away() -> bool:
            async with http.get("/readyz") as answer:
                return answer.status == 503

        await eventually(turns_away)
        while asyncio.get_running_loop().time() - asked < FAREWELL_SECONDS - 0.5:
            async with http.get("/healthz") as answer:
                assert answer.status == 200
            await asyncio.sleep(0.1)


async def test_a_connection_that_is_kept_open_is_closed_by_an_answer_and_not_under_a_request(
    start_queue: StartQueue,
) -> None:
    """The one that asks once more after the process has stopped listening."""
    queue = start_queue()
    reader, writer = await asyncio.open_connection("127.0.0.1", queue.port)
    queue.process.send_signal(signal.SIGTERM)
    await asyncio.sleep(FAREWELL_SECONDS + 0.5)

    writer.write(b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n")
    answer = await reader.read()

    writer.close()
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"connection: close" in answer.lower()
    assert await asyncio.to_thread(queue.process.wait, 5) == 0


async def test_one_that_ends_at_once_closes_it_under_the_request(start_queue: StartQueue) -> None:
    """The control: Ctrl-C, where there is nowhere else to be led to."""
    queue = start_queue()
    reader, writer = await asyncio.open_connection("127.0.0.1", queue.port)

    await asyncio.to_thread(queue.stop)

    assert await reader.read() == b""
    writer.close()
