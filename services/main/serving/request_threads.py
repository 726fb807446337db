"""Django's HTTP handler on a fixed number of threads.

Under ASGI Django gives each request a new thread, and so a new MySQL connection. Here a fixed number of
threads live as long as the process and keep theirs. A request has one thread for its whole life; the rest wait.
Requests that hold one for long have a few of them at most, and wait for each other without one.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from http import HTTPStatus
from typing import Any, NamedTuple

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from salon_contracts.http.problem import Problem, UnsupportedMediaType
from salon_contracts.http.refusals import Overloaded
from salon_kit.logs import get_logger
from serving.content_types import content_type_of, is_readable
from serving.plain_refusals import written_out

log = get_logger(__name__)

WAIT_SECONDS = 2.0


class Slow(NamedTuple):
    """Requests at these paths, or at those of this pattern, have so many of the threads at once."""

    paths: Collection[str] | re.Pattern[str]
    threads: int

    def has(self, path: str) -> bool:
        return bool(self.paths.fullmatch(path)) if isinstance(self.paths, re.Pattern) else path in self.paths


class DjangoOnThreads(ASGIHandler):
    def __init__(self, *, threads: int, slow: Sequence[Slow]) -> None:
        BaseHandler.__init__(self)
        # All our views and middleware are synchronous: one hop into the thread and one back, not one for each of them.
        self.load_middleware(is_async=False)
        self._idle = [
            ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"request-{number}") for number in range(threads)
        ]
        self._free = asyncio.Semaphore(threads)
        self._gates = [(kind, asyncio.Semaphore(kind.threads)) for kind in slow]

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if not is_readable(content_type_of(scope)):
            await refuse(UnsupportedMediaType(), scope, send)
            return
        async with AsyncExitStack() as turn:
            try:
                async with asyncio.timeout(WAIT_SECONDS):
                    for gate in self._gates_of(scope["path"]):
                        await turn.enter_async_context(gate)
            except TimeoutError:
                await refuse(Overloaded(retry_after_seconds=2), scope, send)
                return
            await self._on_a_thread(scope, receive, send)

    def _gates_of(self, path: str) -> Iterator[asyncio.Semaphore]:
        """In the order in which they are passed."""
        yield from (gate for kind, gate in self._gates if kind.has(path))
        yield self._free

    async def _on_a_thread(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        thread = self._idle.pop()
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.handle(scope, receive, send)
        finally:
            self._idle.append(thread)

    def create_request(
        self, scope: Mapping[str, Any], body_file: Any
    ) -> tuple[ASGIRequest, None] | tuple[None, HttpResponseBase]:
        """What Django cannot make a request of, its caller has spoiled."""
        try:
            return self.request_class(scope, body_file), None
        except (ValueError, LookupError) as error:
            log.warning("request_unreadable", reason=type(error).__name__)
            headers, body = _written_out(Problem(), scope)
            return None, HttpResponse(body, status=int(Problem.status), headers=headers)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


async def refuse(problem: Problem, scope: dict[str, Any], send: Any) -> None:
    """Answer with a problem without Django."""
    headers, body = _written_out(problem, scope)
    await _send_whole(send, status=problem.status, headers=headers, body=body)


def _written_out(problem: Problem, scope: Mapping[str, Any]) -> tuple[dict[str, str], bytes]:
    asked = {name: value.decode("latin-1") for name, value in scope["headers"]}
    return written_out(
        problem,
        accept_language=asked.get(b"accept-language", ""),
        request_id=asked.get(b"x-request-id"),
        path=scope["path"],
    )


async def answer(send: Any, *, status: HTTPStatus, body: bytes, content_type: str) -> None:
    """Answer an ASGI request whole."""
    headers = {"Content-Type": content_type, "Content-Length": str(len(body)), "Cache-Control": "no-store"}
    await _send_whole(send, status=status, headers=headers, body=body)


async def _send_whole(send: Any, *, status: HTTPStatus, headers: dict[str, str], body: bytes) -> None:
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": int(status), "headers": raw})
    await send({"type": "http.response.body", "body": body})
