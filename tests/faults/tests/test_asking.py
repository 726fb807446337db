"""Somebody who asks ends when they are to, and asks once more where a kept connection was closed under them."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, cast

import aiohttp
import pytest

from tests.faults.checkers.tries import CUT, Try
from tests.faults.clients.asking import tried, until_settled
from tests.faults.history import Outcome
from tests.harness.api_client import Answer, ApiClient

pytestmark = pytest.mark.unit


class CutApi:
    """Its first request is open until the connection is cut; every later one is refused."""

    def __init__(self) -> None:
        self.connection = asyncio.get_running_loop().create_future()

    async def call(self, *_: Any, **__: Any) -> Answer:
        return cast(Answer, await self.connection)


def test_an_end_that_comes_with_a_cut_is_not_lost() -> None:
    async def play() -> bool:
        api = CutApi()
        ask = partial(
            tried, cast(ApiClient, api), wish="w", method="POST", path="/", body=None, read=lambda answer: None
        )
        asking = asyncio.create_task(until_settled(ask, []))
        await asyncio.sleep(0.01)

        api.connection.set_exception(ConnectionResetError())
        asking.cancel()
        await asyncio.wait([asking], timeout=2.0)
        return asking.cancelled()

    assert asyncio.run(play())


class ClosingApi:
    """So many requests meet a connection that is closed."""

    def __init__(self, closed: int) -> None:
        self.closed = closed
        self.asked = 0

    async def call(self, *_: Any, **__: Any) -> Answer:
        self.asked += 1
        if self.asked <= self.closed:
            raise aiohttp.ServerDisconnectedError
        return Answer(status=200, headers={}, body={})


@pytest.mark.parametrize(("closed", "code", "asked"), [(0, "", 1), (1, "", 2), (2, CUT, 2)])
def test_a_request_whose_connection_is_closed_is_sent_once_more_and_no_more(closed: int, code: str, asked: int) -> None:
    api = ClosingApi(closed)

    def read(_answer: Answer) -> Try:
        return Try("w", 0, 0, Outcome.OK, settles=True)

    made = asyncio.run(tried(cast(ApiClient, api), wish="w", method="POST", path="/", body=None, read=read))

    assert (made.code or "", api.asked) == (code, asked)
