"""Whoever is told to end while they ask ends, also when their connection is cut at that very moment."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, cast

import pytest

from tests.faults.clients.asking import tried, until_settled
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
