"""One device of one customer in one line: keeps the stream open, counts the people ahead, stops at the final word.

What a client must do, besides the arithmetic of `line_position`:

- after a final state in `place`, stop; never connect again;
- after `farewell`, connect again when it says; after a cut or a missing frame, connect again soon, at a random
  moment, so that many who were cut off together do not come back together;
- every connection begins with a fresh `place`, so nothing need be remembered over a cut.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.harness.api_client import ApiClient
from tests.harness.line_position import Frame, FrameMissing, LinePosition, Place, frame_of
from tests.harness.sse import ServerSentEvent, events

SILENCE_SECONDS = 15.0


class LineRefused(Exception):
    """The line will not have this customer, and said why."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("code", "unknown"))
        self.problem = problem


@dataclass
class LineWatcher:
    """Whoever wants to know what the device hears. Called on the stream's own task; must not block."""

    on_place: Callable[[Place], None] = lambda _place: None
    on_frame: Callable[[Frame, LinePosition, str], None] = lambda _frame, _position, _raw: None
    on_reconnect: Callable[[str], None] = lambda _why: None


class LineClient:
    def __init__(self, api: ApiClient, *, event_id: str, watcher: LineWatcher) -> None:
        self._api = api
        self._event_id = event_id
        self._watcher = watcher
        self._response: aiohttp.ClientResponse | None = None
        # Since a stream has said the place, until it is lost.
        self.connected = asyncio.Event()

    async def follow(self) -> Place:
        """Stay in the line until the final word and return it. Raises LineRefused."""
        while True:
            pause, why = await self._one_connection()
            if isinstance(why, Place):
                return why
            self.connected.clear()
            self._watcher.on_reconnect(why)
            await asyncio.sleep(pause)

    def cut(self) -> None:
        """Lose the connection at once, as a phone in a tunnel does."""
        if self._response is not None:
            self._response.close()

    async def _one_connection(self) -> tuple[float, str | Place]:
        """Read one stream to its end: seconds to wait and why to come back, or the final place."""
        soon = random.uniform(0.05, 0.5)
        try:
            async with self._api.http.get(
                f"queue/v1/events/{self._event_id}/line",
                headers={**self._api.headers, "Accept": "text/event-stream"},
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=SILENCE_SECONDS),
            ) as response:
                if response.status in (502, 503, 504):
                    return max(soon, float(response.headers.get("Retry-After", "0.5"))), f"http {response.status}"
                if response.status != 200:
                    raise LineRefused(await _problem_of(response))
                self._response = response
                return await self._read(response, soon)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            return soon, type(error).__name__
        except FrameMissing as error:
            return 0.0, str(error)
        finally:
            self._response = None

    async def _read(self, response: aiohttp.ClientResponse, soon: float) -> tuple[float, str | Place]:
        position: LinePosition | None = None
        async for event in events(response.content):
            if event.event == "place":
                place = Place.parse(json.loads(event.data))
                self._watcher.on_place(place)
                self.connected.set()
                if place.is_final:
                    return 0.0, place
                position = LinePosition(place)
            elif event.event == "frame" and position is not None:
                self._take_frame(event, position)
            elif event.event == "farewell":
                return json.loads(event.data)["reconnect_after_ms"] / 1000, "farewell"
            elif event.event == "problem":
                raise LineRefused(json.loads(event.data))
        return soon, "stream ended"

    def _take_frame(self, event: ServerSentEvent, position: LinePosition) -> None:
        frame = frame_of(event.data)
        if position.on_frame(frame):
            self._watcher.on_frame(frame, position, event.data)


async def _problem_of(response: aiohttp.ClientResponse) -> dict[str, Any]:
    with suppress(ValueError, aiohttp.ContentTypeError):
        document = await response.json(content_type=None)
        if isinstance(document, dict):
            return document
    return {"code": f"http-{response.status}", "status": response.status}
