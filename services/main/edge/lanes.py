"""Django's HTTP handler on a fixed number of threads.

Under ASGI Django gives each request a new thread, and so a new MySQL connection. A lane is one thread that lives as
long as the process and keeps its connection. A request has one lane for its whole life; the rest wait their turn.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class DjangoInLanes(ASGIHandler):
    def __init__(self, *, lanes: int) -> None:
        BaseHandler.__init__(self)
        # All our views and middleware are synchronous: one hop into the lane and one back, not one for each of them.
        self.load_middleware(is_async=False)
        self._free: asyncio.Queue[ThreadPoolExecutor] = asyncio.Queue()
        for number in range(lanes):
            self._free.put_nowait(ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"lane-{number}"))

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        lane = await self._free.get()
        try:
            async with ThreadSensitiveContext(executor=lane):
                await self.handle(scope, receive, send)
        finally:
            self._free.put_nowait(lane)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)
