"""F6: MySQL is killed during a drop and comes back after five seconds."""

from __future__ import annotations

import asyncio

from tests.faults.cases.case import Case
from tests.faults.checkers.drop import gap_in_issuing, judge
from tests.faults.checkers.verdict import Verdict
from tests.faults.drop import Drop, Stage, play
from tests.faults.ground import Ground, scene

DROP = Drop(customers=500, quantity=300, pace=40)
DOWN_SECONDS = 5.0
_DURABLE = "--innodb-flush-log-at-trx-commit=1"
# Flushed every three seconds only, so that a kill finds something that is not on disk yet.
_FORGETFUL = ("--innodb-flush-log-at-trx-commit=0", "--innodb-flush-log-at-timeout=3")


async def killed(ground: Ground) -> Verdict:
    async def fault(stage: Stage) -> None:
        await stage.customers.until_issued(120, seconds=60)
        stage.injecting()
        ground.mysql.kill()
        await asyncio.sleep(DOWN_SECONDS)
        await asyncio.to_thread(ground.mysql.start)

    with scene(ground) as here:
        return judge(await play(here, DROP, fault), unavailable=gap_in_issuing)


async def killed_without_flushing(ground: Ground) -> Verdict:
    """Commits are answered before they are on disk, so what was told may be gone."""
    command = list(ground.mysql.program.command)
    _restart(ground, [*(word for word in command if word != _DURABLE), *_FORGETFUL])
    try:
        return await killed(ground)
    finally:
        _restart(ground, command)


def _restart(ground: Ground, command: list[str]) -> None:
    ground.mysql.stop()
    ground.mysql.with_changes(command=command)
    ground.mysql.start()


CASES = (
    Case(
        row="F6",
        name="MySQL killed -9 during a drop, back after 5 s",
        promise="the line pauses and resumes; issued = told = rows",
        guard="a commit is on disk before it is answered (innodb_flush_log_at_trx_commit=1)",
        play=killed,
        control=killed_without_flushing,
        unavailable_seconds_max=DOWN_SECONDS + 15,
    ),
)
