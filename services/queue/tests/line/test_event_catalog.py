"""How the catalogue begins to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest

from coupon_queue.line.event_catalog import EventCatalog
from coupon_queue.line.records import Records


class _FailsToBegin:
    """Kafka that can say where its log ends, and the first time not be read from."""

    def __init__(self) -> None:
        self.read_from_calls: list[Mapping[int, int]] = []

    async def ends_of(self, _topic: str) -> dict[int, int]:
        return {0: 7, 1: 0}

    async def read_from(self, _topic: str, offsets: Mapping[int, int]) -> None:
        self.read_from_calls.append(offsets)
        if len(self.read_from_calls) == 1:
            raise ConnectionError

    async def next_batch(self, **_limits: Any) -> Any:
        raise TimeoutError


async def test_a_catalogue_that_could_not_begin_begins_at_the_beginning_when_it_is_tried_again() -> None:
    """Else it would read on from nowhere, and never know what was published before."""
    catalog, records = EventCatalog(redis=cast(Any, None), brokers="", instance="a"), _FailsToBegin()

    with pytest.raises(ConnectionError):
        await catalog._follow(cast(Records, records))
    with pytest.raises(TimeoutError):
        await catalog._follow(cast(Records, records))

    assert records.read_from_calls == [{0: 0, 1: 0}] * 2
