"""`make backup-log`: keeps both logs where backups are, all the time, so that no more than a moment is ever lost.

That a program runs which fetches them does not say that it fetches. So each server is asked how far its own log goes,
and what is noted is the moment of a question whose answer is on disk here.
"""

from __future__ import annotations

import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.backup import documents
from deploy.local.backup.donors import mysql_donor
from deploy.local.backup.folder import BackupFolder, is_held, only_one
from deploy.local.backup.mysql import binary_logs
from deploy.local.backup.mysql.binary_logs import Donor
from deploy.local.console import Console
from deploy.local.failure import CannotGoOn
from deploy.local.settings.profiles import Profile

LOOK_EVERY_SECONDS = 1.0
# A program that has fetched nothing of what there is for so long hangs, and is begun again.
STALLED_SECONDS = 15.0
END_SECONDS = 5.0
NOTE = "followed_until"

# Of a log, in the order of the log: a file and bytes in it.
Position = tuple[str, int]


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
    """For ever. What has ended or hangs is begun again, at another server where that one is gone."""
    with only_one(_lock(backups), what="make backup-log", why="these logs are followed already"):
        logs = (MySQLLog(profile, backups, console), DocumentsLog(profile, backups, console))
        try:
            while True:
                look(logs, backups)
                time.sleep(LOOK_EVERY_SECONDS)
        finally:
            for log in logs:
                log.end()


def look(logs: Sequence[Log], backups: BackupFolder) -> None:
    """Once: begins what does not run, and notes how far both logs are here."""
    for log in logs:
        with suppress(CannotGoOn):
            log.look()
    until = [log.until for log in logs if log.until is not None]
    if len(until) == len(logs):
        note_followed(backups, min(until))


def first_needed(backups: BackupFolder, donor: Donor) -> str:
    return binary_logs.first_needed(backups.binary_logs, donor, binary_logs.files_at(donor))


class Log(ABC):
    """One server's log and the program that fetches it. `until`: all that was committed by then is here."""

    def __init__(self, profile: Profile, backups: BackupFolder, console: Console) -> None:
        self.until: datetime | None = None
        self.program: subprocess.Popen[bytes] | None = None
        self._profile, self._backups, self._console = profile, backups, console
        # How far the server's log went when it was asked, and when that was.
        self._wanted: tuple[datetime, Position] | None = None

    @abstractmethod
    def begin(self) -> subprocess.Popen[bytes]:
        """Raises CannotGoOn."""

    @abstractmethod
    def positions(self) -> tuple[Position, Position]:
        """How far it goes at the server, and how far it is here. Raises CannotGoOn."""

    def look(self) -> None:
        """Raises CannotGoOn when the server does not answer; `until` stays then."""
        if self.program is None or self.program.poll() is not None:
            self._wanted = None
            self.program = self.begin()
        asked = datetime.now(UTC)
        there, here = self.positions()
        if self._wanted is not None and here >= self._wanted[1]:
            self.until, self._wanted = self._wanted[0], None
        if here >= there:
            self.until, self._wanted = asked, None
        elif self._wanted is None:
            self._wanted = asked, there
        elif (asked - self._wanted[0]).total_seconds() > STALLED_SECONDS:
            self._console.say(f"{self} hangs: nothing was fetched for {STALLED_SECONDS:.0f} s, it is begun again")
            self.end()

    def end(self) -> None:
        """Whatever it waits for: a stopped one takes no SIGTERM."""
        if self.program is not None and self.program.poll() is None:
            self.program.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.program.wait(END_SECONDS)
            self.program.kill()
            self.program.wait()


class MySQLLog(Log):
    def __str__(self) -> str:
        return "the log of MySQL"

    def begin(self) -> subprocess.Popen[bytes]:
        self._donor = mysql_donor(self._profile)
        first = first_needed(self._backups, self._donor)
        self._console.say(f"following MySQL at port {self._donor.port} from {first} on")
        self._folder = binary_logs.run_folder(self._backups.binary_logs, self._donor, datetime.now(UTC))
        return binary_logs.follow(self._donor, self._folder, first)

    def positions(self) -> tuple[Position, Position]:
        return binary_logs.end_at(self._donor), binary_logs.end_in(self._folder)


class DocumentsLog(Log):
    def __str__(self) -> str:
        return "the log of chat's history"

    def begin(self) -> subprocess.Popen[bytes]:
        port = self._profile.port("postgresql")
        logs = self._backups.wal / documents.history_of(port)
        self._console.say(f"following PostgreSQL at port {port}")
        return documents.follow(port, logs)

    def positions(self) -> tuple[Position, Position]:
        return documents.ends(self._profile.port("postgresql"))


def _lock(backups: BackupFolder) -> Path:
    return backups.path / "follow.lock"
