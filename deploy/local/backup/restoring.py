"""`make restore TO=<moment>`: both stores as they were then, in an empty place."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.backup import documents, following
from deploy.local.backup.donors import plugins
from deploy.local.backup.folder import Backup, BackupFolder
from deploy.local.backup.manifest import TableContent, insist_on_whole
from deploy.local.backup.mysql import copying, replay
from deploy.local.backup.mysql.gtids import GtidSet
from deploy.local.backup.mysql.lone_mysql import lone_mysql
from deploy.local.backup.mysql.table_contents import contents
from deploy.local.backup.taking import DOCUMENTS, MYSQL
from deploy.local.console import Console
from deploy.local.engines import ferretdb_documentdb, mysql_from_sid, mysql_group
from deploy.local.failure import CannotGoOn
from deploy.local.places import shown
from deploy.local.run.system import only_one
from deploy.local.settings import secrets_store
from deploy.local.settings.environment import chat_epoch, note_restored
from deploy.local.settings.profiles import Profile
from deploy.topology import HA

REBUILDING = ".restoring"


@dataclass(frozen=True)
class Place:
    """Where both stores come to be. `empty` must not be there, or must be empty, before."""

    empty: Path
    mysql: Path
    documents: Path


@dataclass(frozen=True)
class Restored:
    backup: str
    moment: datetime
    # Of the last transaction in it; None where no log was needed after the copy.
    last_committed_at: datetime | None
    transactions_from_logs: int
    gtid_executed: str
    tables: dict[str, TableContent]
    # By then everything that was committed is in the logs. Before the moment: what came between is not there.
    followed_until: datetime | None
    seconds: float
    # Of them: each store's own, begun one after the other.
    mysql_seconds: float
    documents_seconds: float


def place_of(profile: Profile, into: Path | None) -> Place:
    if into is not None:
        return Place(empty=into, mysql=into / MYSQL, documents=into / DOCUMENTS)
    first = profile.data(mysql_group.KEY) / mysql_group.NAMES[0] / "data"
    return Place(
        empty=profile.state / "data",
        # The other members of a group find theirs empty, and copy this one.
        mysql=first if profile.topology is HA else profile.data(mysql_from_sid.KEY),
        documents=profile.data(ferretdb_documentdb.DATA),
    )


def restore(
    profile: Profile, backups: BackupFolder, backup: Backup, place: Place, *, moment: datetime, console: Console
) -> Restored:
    """Whole or not at all. Raises CannotGoOn."""
    began = time.monotonic()
    insist_on_empty(place)
    with console.step(f"is the backup {backup.name} whole?"):
        insist_on_whole(backup.folder, backup.manifest)
    with _built_apart(place) as (mysql, chat):
        with console.step("MySQL"):
            mysql_began = time.monotonic()
            replayed, tables = _restore_mysql(backup, backups, mysql, moment, more=plugins(profile))
        with console.step("chat's history"):
            documents_began = time.monotonic()
            logs = backups.wal / backup.manifest.documents.history
            documents.restore(backup.folder / DOCUMENTS, logs, chat, moment)
            ended = time.monotonic()
    return Restored(
        backup=backup.name,
        moment=moment,
        last_committed_at=replayed.last_committed_at,
        transactions_from_logs=replayed.transactions,
        gtid_executed=str(replayed.gtid_executed),
        tables=tables,
        followed_until=following.followed_until(backups),
        seconds=round(time.monotonic() - began, 2),
        mysql_seconds=round(documents_began - mysql_began, 2),
        documents_seconds=round(ended - documents_began, 2),
    )


def begin_new_epoch(profile: Profile, backup: Backup) -> int:
    """Kafka begins again at 0 in an empty place, and so chat has to count under another number (decision 0004)."""
    epoch = max(backup.manifest.chat_epoch, int(chat_epoch(profile))) + 1
    note_restored(profile, epoch)
    return epoch


def insist_on_empty(place: Place) -> None:
    if place.empty.exists() and any(place.empty.iterdir()):
        aside = shown(place.empty.with_name(f"{place.empty.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"))
        raise CannotGoOn(
            what="make restore",
            why=f"{shown(place.empty)} is not empty, and nothing is written over",
            do=f"move it away: mv {shown(place.empty)} {aside}\nor restore beside it, to look: INTO=<an empty folder>",
        )


@contextmanager
def undisturbed(profile: Profile, place: Place) -> Iterator[None]:
    """Nobody starts the profile meanwhile in its own place; beside it, it may run. Raises CannotGoOn."""
    with nullcontext() if place != place_of(profile, None) else only_one(profile):
        yield


def _restore_mysql(
    backup: Backup, backups: BackupFolder, data: Path, moment: datetime, *, more: tuple[str, ...]
) -> tuple[replay.Replayed, dict[str, TableContent]]:
    copied = backup.manifest.mysql
    files = replay.needed(backups.binary_logs, GtidSet.parse(copied.gtid_executed), moment)
    shutil.copytree(backup.folder / MYSQL, data)
    # Each server makes a name of its own: what it commits from now on is of another history than what was lost.
    (data / "auto.cnf").unlink(missing_ok=True)
    password = secrets_store.read(secrets_store.DATABASE_PASSWORD)
    if files:
        replay.prepare(data, files)
    with lone_mysql(data, password, more=more) as server:
        replayed = replay.replay(server, files)
        with server.cursor() as cursor:
            tables = contents(cursor, copying.DATABASE)
    return replayed, tables


@contextmanager
def _built_apart(place: Place) -> Iterator[tuple[Path, Path]]:
    """Both under other names, until both are whole."""
    apart = [path.with_name(f"{path.name}{REBUILDING}") for path in (place.mysql, place.documents)]
    with ExitStack() as stack:
        for path in apart:
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(path, ignore_errors=True)
            stack.callback(shutil.rmtree, path, ignore_errors=True)
        yield apart[0], apart[1]
        apart[0].rename(place.mysql)
        apart[1].rename(place.documents)


def report(restored: Restored) -> str:
    note = {
        **{name: getattr(restored, name) for name in ("backup", "transactions_from_logs", "gtid_executed")},
        **{name: getattr(restored, name) for name in ("seconds", "mysql_seconds", "documents_seconds")},
        "moment": restored.moment.isoformat(),
        "last_committed_at": restored.last_committed_at.isoformat() if restored.last_committed_at else None,
        "followed_until": restored.followed_until.isoformat() if restored.followed_until else None,
        "tables": {name: [table.rows, table.digest] for name, table in restored.tables.items()},
    }
    return json.dumps(note, indent=1) + "\n"
