"""Both stores of one machine are copied while they are written to, lost with kill -9, and restored to a moment."""

from __future__ import annotations

import shutil
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pymongo
import pytest

from deploy.local.backup import restoring
from deploy.local.backup.folder import Backup, BackupFolder
from deploy.local.backup.manifest import TableContent
from deploy.local.backup.mysql.table_contents import contents, differences
from deploy.local.backup.restoring import Restored
from deploy.local.backup.taking import fetch_logs, take
from deploy.local.console import Console
from deploy.local.failure import CannotGoOn
from deploy.local.run.probes import HOST
from deploy.local.settings.profiles import Profile
from tests.deploy.backup.stores import root, servers

APART_SECONDS = 0.3
# Alone it takes half a minute; two servers are made, copied and restored.
pytestmark = pytest.mark.timeout(900)


class Writer:
    """Numbers in a table and in a collection, one after the other, and when each was acknowledged."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._write)
        self.acknowledged: list[datetime] = []

    def __enter__(self) -> Writer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _write(self) -> None:
        with (
            root(self._profile) as cursor,
            pymongo.MongoClient[dict[str, Any]](f"mongodb://{HOST}:{self._profile.port('mongodb')}") as client,
        ):
            cursor.execute("CREATE TABLE salon.kept (id integer PRIMARY KEY, at datetime(6) NOT NULL)")
            while not self._stopping.is_set():
                number = len(self.acknowledged)
                client["salon"]["messages"].insert_one({"_id": str(number)})
                cursor.execute("INSERT INTO salon.kept VALUES (%s, NOW(6))", [number])
                self.acknowledged.append(datetime.now(UTC))
                time.sleep(0.02)


@dataclass(frozen=True)
class Played:
    moment: datetime
    tables_then: dict[str, TableContent]
    acknowledged: list[datetime]
    backup: Backup
    restored: Restored
    restored_without_logs: Restored
    numbers: list[int]
    messages: set[str]


@pytest.fixture(scope="module")
def played(free_profile: Profile) -> Played:
    profile, backups = free_profile, BackupFolder(free_profile.state / "backups")
    with servers(profile), Writer(profile) as writer, Console() as console:
        time.sleep(1)
        backup = take(profile, backups, keep=1, console=console)
        time.sleep(1)
        moment, tables = _marked(profile)
        time.sleep(1)
        fetch_logs(profile, backups)
    shutil.rmtree(profile.state / "data")
    place = restoring.place_of(profile, None)
    beside = restoring.place_of(profile, profile.state / "without-logs")
    with Console() as console:
        restored = restoring.restore(profile, backups, backup, place, moment=moment, console=console)
        shutil.rmtree(backups.path / "logs")
        without = restoring.restore(profile, backups, backup, beside, moment=moment, console=console)
    with servers(profile):
        numbers, messages = _held(profile)
    return Played(moment, tables, writer.acknowledged, backup, restored, without, numbers, messages)


def _marked(profile: Profile) -> tuple[datetime, dict[str, TableContent]]:
    with root(profile) as cursor:
        cursor.execute("FLUSH TABLES WITH READ LOCK")
        cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")
        cursor.execute("SELECT UTC_TIMESTAMP(6)")
        [moment] = cursor.fetchone()
        time.sleep(APART_SECONDS)
        cursor.execute("UNLOCK TABLES")
        return moment.replace(tzinfo=UTC), contents(cursor, "salon")


def _held(profile: Profile) -> tuple[list[int], set[str]]:
    with root(profile) as cursor:
        cursor.execute("SELECT id FROM salon.kept ORDER BY id")
        numbers = [number for (number,) in cursor.fetchall()]
    with pymongo.MongoClient[dict[str, Any]](f"mongodb://{HOST}:{profile.port('mongodb')}") as client:
        return numbers, {document["_id"] for document in client["salon"]["messages"].find()}


def test_every_table_is_as_it_was_at_the_moment(played: Played) -> None:
    assert differences(played.tables_then, played.restored.tables) == []
    assert played.restored.transactions_from_logs > 0


def test_without_the_logs_the_comparison_finds_what_is_missing(played: Played) -> None:
    missing = differences(played.tables_then, played.restored_without_logs.tables)

    assert [sentence.partition(":")[0] for sentence in missing] == ["kept"]


def test_what_was_acknowledged_by_the_moment_is_there_and_what_came_later_is_not(played: Played) -> None:
    by_then = sum(at <= played.moment for at in played.acknowledged)

    assert played.numbers[:by_then] == list(range(by_then))
    # One was on its way.
    assert by_then <= len(played.numbers) <= by_then + 1 < len(played.acknowledged)


def test_chats_history_is_of_the_same_moment(played: Played) -> None:
    by_then = sum(at <= played.moment for at in played.acknowledged)

    assert {str(number) for number in range(by_then)} <= played.messages
    # Of the two stores this one is written first: one more may have been committed.
    assert len(played.messages) <= by_then + 1


def test_the_manifest_says_what_the_copy_has(played: Played) -> None:
    manifest = played.backup.manifest

    assert 0 < manifest.mysql.tables["kept"].rows < len(played.numbers)
    assert 0 < manifest.documents.collections["messages"] <= len(played.messages)
    assert manifest.mysql.binlog_position > 0


def test_the_place_that_was_restored_is_not_written_over(played: Played, free_profile: Profile) -> None:
    with pytest.raises(CannotGoOn, match="make restore"):
        restoring.insist_on_empty(restoring.place_of(free_profile, None))
