"""A stream of news: all that is remembered, each addition, and again from the start when Redis was another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping

import pytest
from redis import Redis
from redis.exceptions import RedisError
from redis_clients import clients_to, closed

from salon_kit.redis.recent_entries import RecentEntries, id_at
from salon_kit.testing.redis_server import RedisProcess

STREAM = "news"

Read = Callable[[], list[int]]


def number_of(fields: Mapping[str, str]) -> int:
    """Raises KeyError or ValueError."""
    return int(fields["number"])


def add(redis: Redis, *numbers: object, seconds_ago: float | None = None) -> None:
    for index, number in enumerate(numbers):
        entry_id = "*" if seconds_ago is None else id_at(seconds_ago).replace("-0", f"-{index + 1}")
        redis.xadd(STREAM, {"number": str(number)}, id=entry_id)


@pytest.fixture(params=["in a thread", "on the loop"])
def reader(request: pytest.FixtureRequest, server: RedisProcess) -> Iterator[Read]:
    """Both ways of reading behave alike. Three entries at once, so that a page's end is met."""
    entries = RecentEntries(STREAM, remembered_seconds=60, parse=number_of, at_once=3)
    with asyncio.Runner() as loop:
        plain, asynchronous = clients_to(server.url)
        if request.param == "in a thread":
            yield lambda: entries.read(plain)
        else:
            yield lambda: loop.run(entries.read_async(asynchronous))
        loop.run(closed((plain, asynchronous)))


def test_it_reads_what_is_remembered_and_then_each_addition_once(server: RedisProcess, reader: Read) -> None:
    with server.client() as redis:
        add(redis, 1, 2, seconds_ago=90)
        add(redis, 3, 4, seconds_ago=30)
        add(redis, 5, 6, 7, 8)
        first = reader()
        add(redis, 9)

        assert first == [3, 4, 5, 6, 7, 8]
        assert [reader(), reader()] == [[9], []]


def test_an_entry_of_somebody_else_is_passed_over(server: RedisProcess, reader: Read) -> None:
    with server.client() as redis:
        add(redis, 1, "nonsense")
        redis.xadd(STREAM, {"another": "field"})
        add(redis, 2)

    assert reader() == [1, 2]


def test_after_an_outage_it_begins_again(server: RedisProcess, reader: Read) -> None:
    """The Redis that answers then may have entries that the other had not, under smaller ids."""
    with server.client() as redis:
        add(redis, 1, 2)
        assert reader() == [1, 2]

    server.stop()
    with pytest.raises(RedisError):
        reader()
    server.start()
    with server.client() as redis:
        add(redis, 3, seconds_ago=30)

    assert reader() == [3]
