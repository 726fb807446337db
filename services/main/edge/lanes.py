"""Django's HTTP handler on a fixed number of threads.

Under ASGI Django gives each request a new thread, and so a new MySQL connection. A lane is one thread that lives as
long as the process and keeps its connection. A request has one lane for its whole life; the rest wait their turn.
"""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from salon_contracts.problem import MEDIA_TYPE, Problem, language_of

WAIT_SECONDS = 2.0


class Overloaded(Problem):
    """Facts: `retry_after_seconds`."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "overloaded"
    title = "Very busy at the moment; please try again soon"
    title_ko = "지금 이용자가 많아요. 잠시 후 다시 시도해 주세요"


class DjangoInLanes(ASGIHandler):
    def __init__(self, *, lanes: int) -> None:
        BaseHandler.__init__(self)
        # All our views and middleware are synchronous: one hop into the lane and one back, not one for each of them.
        self.load_middleware(is_async=False)
        self._idle = [ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"lane-{number}") for number in range(lanes)]
        self._free = asyncio.Semaphore(lanes)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._free.acquire()
        except TimeoutError:
            await refuse(Overloaded(retry_after_seconds=2), scope, send)
            return
        lane = self._idle.pop()
        try:
            async with ThreadSensitiveContext(executor=lane):
                await self.handle(scope, receive, send)
        finally:
            self._idle.append(lane)
            self._free.release()

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


async def refuse(problem: Problem, scope: dict[str, Any], send: Any) -> None:
    """Answer with a problem without Django."""
    headers = dict(scope["headers"])
    language = language_of(headers.get(b"accept-language", b"").decode("latin-1"))
    body = json.dumps(problem.body(language=language, instance=scope["path"]), ensure_ascii=False).encode()
    await answer(send, status=problem.status, body=body, content_type=MEDIA_TYPE, headers=problem.headers())


async def answer(
    send: Any, *, status: HTTPStatus, body: bytes, content_type: str, headers: dict[str, str] | None = None
) -> None:
    """Answer an ASGI request whole."""
    lines = {"Content-Type": content_type, "Content-Length": str(len(body)), **(headers or {})}
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in lines.items()]
    await send({"type": "http.response.start", "status": int(status), "headers": raw})
    await send({"type": "http.response.body", "body": body})
