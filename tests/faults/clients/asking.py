"""Somebody who wants one thing and asks for it until it is settled."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import aiohttp

from tests.faults.checkers.tries import CUT, Try
from tests.faults.history import Outcome
from tests.harness.api_client import Answer, ApiClient

ANSWERED_WITHIN_SECONDS = 10.0
# A kept connection that nginx closes, as its workers do after a reload, while a request is on its way on it. Browsers
# send such a request again on another connection (RFC 9112, 9.3.1), whatever its method where nothing has come yet.
_CLOSED_UNDER_IT = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)
_CUT_ERRORS = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, ConnectionError)


async def until_settled(ask: Callable[[], Awaitable[Try]], tries: list[Try]) -> Try:
    """Ask again after each refusal, when it says; after a cut or an answer without a time, soon."""
    while True:
        made = await ask()
        tries.append(made)
        if made.settles:
            return made
        await asyncio.sleep(made.retry_after_seconds or random.uniform(0.2, 0.6))


async def tried(
    api: ApiClient, *, wish: str, method: str, path: str, body: object, read: Callable[[Answer], Try | None]
) -> Try:
    """One request, as a browser makes it. `read` gives the try if the answer settles it; times are filled in here."""
    began = time.monotonic()
    try:
        # Not wait_for: of Python 3.11 it loses a cancellation that comes when the connection is cut.
        async with asyncio.timeout(ANSWERED_WITHIN_SECONDS):
            try:
                answer = await api.call(method, path, json_body=body)
            except _CLOSED_UNDER_IT:
                answer = await api.call(method, path, json_body=body)
    except _CUT_ERRORS:
        return Try(wish, began, time.monotonic(), Outcome.UNKNOWN, settles=False, code=CUT)
    except TimeoutError:
        return Try(wish, began, time.monotonic(), Outcome.UNKNOWN, settles=False)
    settled = read(answer)
    if settled is not None:
        return replace(settled, began=began, ended=time.monotonic())
    after = answer.headers.get("Retry-After")
    return Try(
        wish,
        began,
        time.monotonic(),
        Outcome.UNKNOWN if answer.status >= 500 else Outcome.FAIL,
        settles=False,
        code=answer.code,
        retry_after_seconds=float(after) if after else None,
    )
