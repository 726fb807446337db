"""The drill: people write, a backup is taken and its logs are followed, all of the place is lost, and it comes back.

Twice, of the same backup and logs: as of a moment that was noted exactly, and as late as the logs go.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from deploy.local.backup.manifest import TableContent
from deploy.local.run.system import only_one
from deploy.local.settings.dotenv import read_choices
from deploy.local.settings.profiles import Profile, note_ports
from tests.deploy.backup.stores import servers
from tests.faults.clients.customers import sessions_to
from tests.faults.drop import Drop, open_drop
from tests.faults.whole_system import Parts, WholeSystem, whole_system
from tests.harness.api_client import ApiClient
from tests.harness.waiting import until
from tests.restore import commands
from tests.restore.commands import RestoreNote
from tests.restore.held import Held, Mark, held, mark
from tests.restore.writers import Acknowledged, Writers, writing

# In the upper half of the thousand ports of `lite`, which needs the lower one.
_FIRST_PORT = read_choices().first_port + 2_500
DRILL = Profile("drill", web_port=_FIRST_PORT + 490, base_port=_FIRST_PORT, lite=False)
BACKUPS = DRILL.state / "backups"
# How long people write: until the backup is begun, from its end to the mark, and from there on.
BEFORE_SECONDS, BETWEEN_SECONDS, AFTER_SECONDS = 5.0, 5.0, 5.0
NEW_DROP = Drop(customers=6, quantity=4, pace=20, arrive_seconds=0.5, finish_seconds=60.0)


@dataclass(frozen=True)
class Lost:
    """What there was. `ended`: time.monotonic() when all processes were killed, `ended_at` the same moment."""

    mark: Mark
    acknowledged: Acknowledged
    ended: float
    ended_at: datetime
    backup_seconds: float
    event_id: str
    # In the open line without a final word.
    waiting: int


@dataclass(frozen=True)
class AtMark:
    """As of the moment that was noted, not as late as the logs go."""

    held: Held
    # The tables of the same moment from the copy alone: the control.
    tables_without_logs: Mapping[str, TableContent]


@dataclass(frozen=True)
class Back:
    """What there is after the way back, and how many seconds each part of it took."""

    latest: Held
    restored: RestoreNote
    restore_seconds: float
    start_seconds: float
    # Of the start: the stores, each job by its title, our processes.
    start_seconds_of: Mapping[str, float]
    old_drop_seconds: float
    new_drop_seconds: float
    chat_seconds: float


def lose() -> Lost:
    """For an operator's commands it is a profile that runs: it has the lock, and its ports are noted."""
    shutil.rmtree(DRILL.state, ignore_errors=True)
    with only_one(DRILL), whole_system(Parts(), DRILL) as system:
        note_ports(DRILL)
        return asyncio.run(_write_and_lose(system))


async def _write_and_lose(system: WholeSystem) -> Lost:
    async with writing(system) as writers:
        with commands.following(DRILL):
            await asyncio.sleep(BEFORE_SECONDS)
            began = time.monotonic()
            await asyncio.to_thread(commands.run, DRILL, "take")
            backup_seconds = time.monotonic() - began
            await asyncio.sleep(BETWEEN_SECONDS)
            marked = await asyncio.to_thread(mark, DRILL)
            await asyncio.sleep(AFTER_SECONDS)
            return await _killed(system, writers, marked, backup_seconds)


async def _killed(system: WholeSystem, writers: Writers, marked: Mark, backup_seconds: float) -> Lost:
    """Each process of the place at once; who follows the logs is elsewhere, and lives on."""
    waiting = writers.waiting
    await asyncio.to_thread(system.kill, *system.victims)
    return Lost(
        mark=marked,
        acknowledged=writers.acknowledged(),
        ended=time.monotonic(),
        ended_at=datetime.now(UTC),
        backup_seconds=backup_seconds,
        event_id=writers.opened.event_id,
        waiting=waiting,
    )


def refusal_of_a_place_in_use() -> str:
    try:
        return commands.run(DRILL, "restore")
    except commands.Failed as refused:
        return str(refused)


def bring_back_to(mark: Mark) -> AtMark:
    """Twice: with the logs, and from the same copy where nobody followed."""
    moment = mark.moment.isoformat()
    _empty_the_place()
    commands.run(DRILL, "restore", "--to", moment)
    with servers(DRILL):
        there = held(DRILL)
    without, copies = DRILL.state / "without-logs", DRILL.state / "backups-without-logs"
    shutil.copytree(BACKUPS, copies, ignore=shutil.ignore_patterns("logs"))
    commands.run(DRILL, "restore", "--to", moment, "--into", str(without), "--dir", str(copies))
    return AtMark(there, RestoreNote.read(without).tables)


def bring_back(lost: Lost) -> Back:
    """As an operator does who wants as much as there is: `make restore`, `make run`."""
    _empty_the_place()
    began = time.monotonic()
    commands.run(DRILL, "restore")
    restored = time.monotonic()
    with whole_system(Parts(begins_empty=False), DRILL) as system:
        ready = time.monotonic()
        latest = held(DRILL)
        old_drop, new_drop, chat = asyncio.run(_at_work(system, lost))
    return Back(
        latest=latest,
        restored=RestoreNote.read(DRILL.state),
        restore_seconds=restored - began,
        start_seconds=ready - restored,
        start_seconds_of=system.start_seconds,
        old_drop_seconds=old_drop,
        new_drop_seconds=new_drop,
        chat_seconds=chat,
    )


def _empty_the_place() -> None:
    shutil.rmtree(DRILL.state / "data")


async def _at_work(system: WholeSystem, lost: Lost) -> tuple[float, float, float]:
    """Seconds until queue knows the drop of before, until a new one has issued all, until chat has taken a message."""
    began = time.monotonic()
    async with sessions_to([system.base_url]) as sessions:
        api = ApiClient(sessions[0])
        await api.expect_soon(200, method="GET", path=f"/queue/v1/events/{lost.event_id}")
        known = time.monotonic() - began
        opened = await open_drop(system.main, NEW_DROP, sessions)
        opened.come()
        await opened.customers.finish(seconds=NEW_DROP.finish_seconds)
        if opened.recorder.issued() != NEW_DROP.quantity:
            raise AssertionError(f"a new drop issued {opened.recorder.issued()} of {NEW_DROP.quantity}")
    dropped = time.monotonic() - began - known
    began = time.monotonic()
    async with writing(system) as writers:
        if not await until(lambda: bool(writers.acknowledged().messages), seconds=30.0):
            raise AssertionError("chat has taken no message within 30 s")
    return known, dropped, time.monotonic() - began
