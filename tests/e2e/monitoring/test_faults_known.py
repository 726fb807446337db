"""What goes wrong inside is written to people within a minute, in the right words; so is its end."""

from __future__ import annotations

import asyncio
import os

import pytest

from salon_contracts.events import topics
from tests.harness.monitoring import troubles
from tests.harness.monitoring.announced import announced
from tests.harness.monitoring.watched import Watched


@pytest.mark.timeout(200)
async def test_a_mysql_that_answers_slowly_is_written_to_people_and_so_is_its_recovery(watched: Watched) -> None:
    trouble = troubles.slow_mysql(lambda: watched.pid_of("mysql"))

    found = await asyncio.to_thread(announced, watched, trouble)

    assert list(found.complaints()) == []
    print(found.line())


@pytest.mark.timeout(120)
async def test_records_that_are_set_aside_are_written_to_people(watched: Watched) -> None:
    """Of the end they read five minutes later: `make faults ONLY=F15` waits for that."""
    trouble = troubles.records_set_aside(os.environ["MAIN_KAFKA_BROKERS"], topics.CHAT_MESSAGES, count=20)

    found = await asyncio.to_thread(announced, watched, trouble, waits_for_the_end=False)

    assert list(found.complaints()) == []
    print(found.line())
