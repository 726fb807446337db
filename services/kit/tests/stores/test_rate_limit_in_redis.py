"""What scripts count with: so many at once, for long one in so many milliseconds, whichever process asks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from redis import Redis

from salon_kit.redis.connect import connect
from salon_kit.redis.script import Script
from salon_kit.testing.redis_server import RedisProcess

EACH_MS, AT_ONCE = 60_000, 5
HOUR_MS = 3_600_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisProcess]:
    process = RedisProcess(tmp_path_factory.mktemp("redis"))
    yield process
    process.stop()


@pytest.fixture
def redis(server: RedisProcess) -> Iterator[Redis]:
    client = connect(server.url, answer_seconds=5.0, connect_seconds=5.0)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def count(tmp_path: Path) -> Script:
    (tmp_path / "count.lua").write_text("return take(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]))")
    return Script.beside(str(tmp_path / "count.py"), with_rate_limit=True)


def test_of_many_who_ask_at_once_the_burst_passes_and_others_are_told_when(redis: Redis, count: Script) -> None:
    with ThreadPoolExecutor(8) as pool:
        waits = [*pool.map(lambda _: count.run(redis, keys=["ann"], args=(EACH_MS, AT_ONCE, 0)), range(40))]

    assert sum(wait == 0 for wait in waits) == AT_ONCE
    assert all(0 < wait <= EACH_MS for wait in waits if wait)
    assert count.run(redis, keys=["bob"], args=(EACH_MS, AT_ONCE, 0)) == 0


def test_who_waits_as_long_as_he_was_told_is_not_refused(redis: Redis, count: Script) -> None:
    each_ms = 200

    def ask() -> int:
        return int(count.run(redis, keys=["ann"], args=(each_ms, 1, 0)))

    assert ask() == 0
    for _ in range(3):
        wait_ms = ask()
        assert 0 < wait_ms <= each_ms
        time.sleep((wait_ms + 1) / 1000)
        assert ask() == 0


def test_a_refusal_is_not_counted(redis: Redis, count: Script) -> None:
    for _ in range(AT_ONCE):
        count.run(redis, keys=["ann"], args=(EACH_MS, AT_ONCE, 0))
    before = redis.get("ann")

    assert count.run(redis, keys=["ann"], args=(EACH_MS, AT_ONCE, 0)) > 0
    assert redis.get("ann") == before


def test_what_is_paid_for_is_forgotten_or_kept_for_as_long_as_was_asked(redis: Redis, count: Script) -> None:
    count.run(redis, keys=["ann"], args=(EACH_MS, AT_ONCE, 0))
    count.run(redis, keys=["bob"], args=(EACH_MS, AT_ONCE, HOUR_MS))

    assert 0 < redis.pttl("ann") <= EACH_MS < redis.pttl("bob") <= HOUR_MS


def test_a_clock_that_went_back_an_hour_makes_nobody_wait_an_hour(redis: Redis, count: Script) -> None:
    each_ms = 200
    redis.set("ann", int(time.time() * 1000) + HOUR_MS)

    wait_ms = count.run(redis, keys=["ann"], args=(each_ms, AT_ONCE, 0))

    assert 0 < wait_ms <= each_ms
    time.sleep((wait_ms + 1) / 1000)
    assert count.run(redis, keys=["ann"], args=(each_ms, AT_ONCE, 0)) == 0
