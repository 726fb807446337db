"""Servers of Redis of a test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from salon_kit.testing.redis_server import RedisProcess, RedisWithSentinel


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisProcess]:
    process = RedisProcess(tmp_path)
    yield process
    process.stop()


@pytest.fixture
def group(tmp_path: Path) -> Iterator[RedisWithSentinel]:
    made = RedisWithSentinel(tmp_path)
    yield made
    made.stop()
