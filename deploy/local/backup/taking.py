"""`make backup`: a copy of both stores and the logs up to now, whole or not at all."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.backup import documents, following
from deploy.local.backup.donors import mysql_donor, plugins
from deploy.local.backup.folder import Backup, BackupFolder
from deploy.local.backup.manifest import DocumentsPart, Manifest, digests
from deploy.local.backup.mysql import binary_logs, copying
from deploy.local.backup.mysql.gtids import GtidSet
from deploy.local.backup.mysql.transactions import read
from deploy.local.console import Console
from deploy.local.engines import ferretdb_documentdb
from deploy.local.settings.environment import chat_epoch
from deploy.local.settings.profiles import Profile

MYSQL, DOCUMENTS = "mysql", "documents"


def take(profile: Profile, backups: BackupFolder, *, keep: int, console: Console) -> Backup:
    """Raises CannotGoOn; then nothing of it stays, and what was there is as it was."""
    began, moment = time.monotonic(), datetime.now(UTC)
    port = profile.port("postgresql")
    logs = backups.wal / documents.history_of(port)
    followed = following.is_followed(backups)
    with backups.new(moment) as folder:
        if not followed:
            with console.step("log of chat's history"):
                # Before the copy too: the log must lead over it without a hole.
                documents.fetch(port, logs)
        with console.step("copy of MySQL"):
            mysql = copying.copy(mysql_donor(profile), folder / MYSQL, more=plugins(profile))
        with console.step("copy of chat's history"):
            documents.copy(port, folder / DOCUMENTS)
            held = _documents(port, folder / DOCUMENTS)
        if not followed:
            with console.step("logs up to now"):
                fetch_logs(profile, backups)
        with console.step("digests of all files"):
            taken_at = datetime.now(UTC)
            manifest = Manifest(
                taken_at=taken_at,
                seconds=round(time.monotonic() - began, 2),
                profile=profile.name,
                chat_epoch=int(chat_epoch(profile)),
                mysql=mysql,
                documents=held,
                files=digests(folder),
            )
            manifest.write(folder)
    backups.prune(keep)
    _forget_logs(backups)
    return backups.every()[-1]


def fetch_logs(profile: Profile, backups: BackupFolder) -> None:
    """Both logs up to now, for whom nobody follows them."""
    now, donor, port = datetime.now(UTC), mysql_donor(profile), profile.port("postgresql")
    first = following.first_needed(backups, donor)
    binary_logs.fetch(donor, binary_logs.run_folder(backups.binary_logs, donor, now), first)
    documents.fetch(port, backups.wal / documents.history_of(port))
    following.note_followed(backups, now)


def _documents(port: int, copied: Path) -> DocumentsPart:
    return DocumentsPart(
        engine=ferretdb_documentdb.TITLE,
        history=documents.history_of(port),
        first_log=documents.first_log(copied),
        collections=documents.counts(port),
    )


def _forget_logs(backups: BackupFolder) -> None:
    """Those that no backup here needs any more."""
    oldest = backups.every()[0].manifest
    documents.forget_before(backups.wal / oldest.documents.history, oldest.documents.first_log)
    copied = GtidSet.parse(oldest.mysql.gtid_executed)
    runs = sorted(path for path in backups.binary_logs.glob("*") if path.is_dir())
    for run in runs[:-1]:
        for path in sorted(run.glob("*.[0-9]*")):
            if copied.holds(read(path).gtids):
                path.unlink()
        if not any(run.iterdir()):
            run.rmdir()
