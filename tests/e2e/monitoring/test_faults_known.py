"""A store that is slow, and not down, is written to people, and so is its recovery."""

from __future__ import annotations

import asyncio

import pytest

from tests.harness.monitoring.troubles import in_pulses
from tests.harness.monitoring.watched import Watched, until

WITHIN_SECONDS = 60.0


@pytest.mark.timeout(200)
async def test_a_mysql_that_answers_slowly_is_written_to_people_and_so_is_its_recovery(watched: Watched) -> None:
    with in_pulses(watched.pid_of("mysql")):
        await asyncio.to_thread(
            until,
            lambda: watched.embed_of("TICKET: StoreAnswersSlowly", "mysql"),
            seconds=WITHIN_SECONDS,
            what="the alert in Discord",
        )

    await asyncio.to_thread(
        until,
        lambda: watched.embed_of("RESOLVED: StoreAnswersSlowly"),
        seconds=WITHIN_SECONDS + 30,
        what="the recovery in Discord",
    )
