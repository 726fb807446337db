"""`make backup-log`: keeps both logs where backups are, all the time, so that no more than a moment is ever lost."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deploy.local.backup import documents
from deploy.local.backup.donors import mysql_donor
from deploy.local.backup.folder import BackupFolder, is_held, only_one
from deploy.local.backup.mysql import binary_logs
from deploy.local.backup.mysql.binary_logs import Donor
from deploy.local.console import Console
from deploy.local.failure import CannotGoOn
from deploy.local.settings.profiles import Profile

LOOK_EVERY_SECONDS = 0.5
# After a server has ended, until the next one is asked.
PAUSE_SECONDS = 2.0
NOTE = "followed_until"


def is_followed(backups: BackupFolder) -> bool:
    return is_held(_lock(backups))


def followed_until(backups: BackupFolder) -> datetime | None:
    """Everything that was committed by then is in the logs here."""
    note = backups.path / "logs" / NOTE
    return datetime.fromisoformat(note.read_text(encoding="ascii")) if note.exists() else None


def note_followed(backups: BackupFolder, moment: datetime) -> None:
    new = backups.path / "logs" / f"{NOTE}.new"
    new.parent.mkdir(parents=True, exist_ok=True)
    new.write_text(moment.isoformat(), encoding="ascii")
    new.replace(backups.path / "logs" / NOTE)


def follow(profile: Profile, backups: BackupFolder, console: Console) -> None:
    """For ever. What has ended is begun again, at another server where that one is gone."""
    with only_one(_lock(backups), what="make backup-log", why="these logs are followed already"):
        mysql: subprocess.Popen[bytes] | None = None
        postgresql: subprocess.Popen[bytes] | None = None
        try:
            while True:
                with suppress(CannotGoOn):
                    mysql = mysql if _runs(mysql) else _follow_mysql(profile, backups, console)
                    postgresql = postgresql if _runs(postgresql) else _follow_documents(profile, backups, console)
                time.sleep(LOOK_EVERY_SECONDS)
                if _runs(mysql) and _runs(postgresql):
                    note_followed(backups, datetime.now(UTC) - timedelta(seconds=1))
                else:
                    time.sleep(PAUSE_SECONDS)
        finally:
            for program in filter(None, (mysql, postgresql)):
                program.terminate()
                program.wait()


def first_needed(backups: BackupFolder, donor: Donor) -> str:
    return binary_logs.first_needed(backups.binary_logs, donor, binary_logs.files_at(donor))


def _follow_mysql(profile: Profile, backups: BackupFolder, console: Console) -> subprocess.Popen[bytes]:
    donor = mysql_donor(profile)
    first = first_needed(backups, donor)
    console.say(f"following MySQL at port {donor.port} from {first} on")
    folder = binary_logs.run_folder(backups.binary_logs, donor, datetime.now(UTC))
    return binary_logs.follow(donor, folder, first)


def _follow_documents(profile: Profile, backups: BackupFolder, console: Console) -> subprocess.Popen[bytes]:
    port = profile.port("postgresql")
    logs = backups.wal / documents.history_of(port)
    console.say(f"following PostgreSQL at port {port}")
    return documents.follow(port, logs)


def _runs(program: subprocess.Popen[bytes] | None) -> bool:
    return program is not None and program.poll() is None


def _lock(backups: BackupFolder) -> Path:
    return backups.path / "follow.lock"
