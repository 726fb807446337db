"""`make backup-log` says how far the logs are here, and not how far they would be if all went well."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pymongo
import pytest

from deploy.local.backup import following
from deploy.local.backup.folder import BackupFolder
from deploy.local.backup.following import DocumentsLog, Log, MySQLLog, followed_until, look
from deploy.local.console import Console
from deploy.local.run.probes import HOST
from deploy.local.settings.profiles import Profile
from tests.deploy.backup.stores import root, servers
from tests.harness.system.shown_secrets import known_secrets, shown_by, with_children

pytestmark = pytest.mark.timeout(300)
WITHIN_SECONDS = 30.0


@pytest.fixture(scope="module")
def written_to(free_profile: Profile) -> Iterator[Profile]:
    with servers(free_profile):
        with root(free_profile) as cursor:
            cursor.execute("CREATE TABLE salon.followed (id integer PRIMARY KEY AUTO_INCREMENT)")
        yield free_profile


@pytest.fixture
def backups(written_to: Profile) -> BackupFolder:
    return BackupFolder(written_to.state / "backups")


@pytest.fixture
def logs(written_to: Profile, backups: BackupFolder) -> Iterator[tuple[Log, Log]]:
    with Console() as console:
        found = (MySQLLog(written_to, backups, console), DocumentsLog(written_to, backups, console))
        yield found
        for log in found:
            log.end()


def write(profile: Profile) -> datetime:
    """When both stores had it."""
    with root(profile) as cursor:
        cursor.execute("INSERT INTO salon.followed VALUES ()")
    with pymongo.MongoClient[dict[str, object]](f"mongodb://{HOST}:{profile.port('mongodb')}") as client:
        client["salon"]["followed"].insert_one({})
    return datetime.now(UTC)


def look_until(moment: datetime, logs: tuple[Log, Log], backups: BackupFolder) -> bool:
    """Is all that was committed by then said to be here?"""
    end = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < end:
        look(logs, backups)
        until = followed_until(backups)
        if until is not None and until >= moment:
            return True
        time.sleep(0.2)
    return False


def test_what_was_committed_is_soon_said_to_be_here(
    written_to: Profile, logs: tuple[Log, Log], backups: BackupFolder
) -> None:
    assert look_until(write(written_to), logs, backups)


@pytest.mark.parametrize("which", [0, 1], ids=["mysqlbinlog", "pg_receivewal"])
def test_while_a_program_hangs_nothing_is_said_to_be_here_and_then_it_is_begun_again(
    written_to: Profile, logs: tuple[Log, Log], backups: BackupFolder, which: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert look_until(write(written_to), logs, backups)
    hanging = logs[which].program
    assert hanging is not None
    for pid in with_children([hanging.pid]):
        os.kill(pid, signal.SIGSTOP)

    written = write(written_to)
    for _ in range(10):
        look(logs, backups)
        time.sleep(0.2)
    until = followed_until(backups)
    assert until is not None
    assert until < written

    monkeypatch.setattr(following, "STALLED_SECONDS", 1.0)
    assert look_until(written, logs, backups)
    assert hanging.poll() is not None


def test_what_fetches_a_log_shows_no_password(
    written_to: Profile, logs: tuple[Log, Log], backups: BackupFolder
) -> None:
    assert look_until(write(written_to), logs, backups)

    pids = with_children(log.program.pid for log in logs if log.program is not None)
    assert len(pids) > len(logs)
    assert shown_by(pids, known_secrets(written_to)) == []
