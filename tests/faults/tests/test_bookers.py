"""Somebody who books goes home when they have enough, by whichever limit says so."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from tests.faults.clients.bookers import HAS_ENOUGH, Bookers, Haste, Wanted
from tests.harness.api_client import PROBLEM, Answer, ApiClient
from tests.harness.people import Person

pytestmark = pytest.mark.unit

TIMES = [Wanted(1, 1, datetime(2026, 12, 4, 4, tzinfo=UTC) + timedelta(hours=hour)) for hour in range(3)]


class LimitedApi:
    """One booking is made, and everything after it is over a limit."""

    def __init__(self, *, status: int, code: str) -> None:
        self.asked = 0
        self._refusal = Answer(status=status, headers={"Content-Type": PROBLEM}, body={"code": code})

    async def call(self, *_: Any, **__: Any) -> Answer:
        self.asked += 1
        return Answer(status=201, headers={}, body={"id": "b"}) if self.asked == 1 else self._refusal


@pytest.mark.parametrize("code", sorted(HAS_ENOUGH))
@pytest.mark.parametrize("status", [409, 429])
def test_who_is_over_a_limit_is_refused_once_and_has_lost_nothing(status: int, code: str) -> None:
    async def play() -> tuple[LimitedApi, Bookers]:
        api = LimitedApi(status=status, code=code)
        bookers = Bookers([Person(1, cast(ApiClient, api))], [TIMES], Haste(every_seconds=0.01))
        async with asyncio.timeout(5):
            await bookers.book_on()
        return api, bookers

    api, bookers = asyncio.run(play())

    assert api.asked == 2
    assert [one.settles for one in bookers.tries] == [True, True]
