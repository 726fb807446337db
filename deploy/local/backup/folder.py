"""Where backups are: `<folder>/<moment>/`, each whole or not there, and beside them `logs/`."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.backup.manifest import NAME, Manifest
from deploy.local.failure import CannotGoOn
from deploy.local.places import shown

STAMP = "%Y%m%dT%H%M%S.%fZ"
UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class Backup:
    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        return self.folder.name


@dataclass(frozen=True)
class BackupFolder:
    path: Path

    @property
    def binary_logs(self) -> Path:
        """A folder for each time that somebody followed MySQL."""
        return self.path / "logs" / "mysql"

    @property
    def wal(self) -> Path:
        """A folder for each history of PostgreSQL."""
        return self.path / "logs" / "documents"

    def every(self) -> list[Backup]:
        """The oldest first."""
        found = sorted(self.path.glob(f"*Z/{NAME}"))
        return [Backup(path.parent, Manifest.read(path)) for path in found]

    def newest_before(self, moment: datetime) -> Backup:
        """Raises CannotGoOn."""
        every = self.every()
        usable = [backup for backup in every if backup.manifest.taken_at <= moment]
        if usable:
            return usable[-1]
        known = f"the oldest is of {every[0].manifest.taken_at.isoformat()}" if every else "there is none at all"
        raise CannotGoOn(
            what=f"a backup in {shown(self.path)} from before {moment.isoformat()}",
            why=known,
            do="give a later TO=, or another DIR=; make backups lists what there is",
        )

    @contextmanager
    def new(self, moment: datetime) -> Iterator[Path]:
        """A folder to write into. It gets its name when all is written and on disk; on a failure nothing stays."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with only_one(self.path / "lock", what="make backup", why="another one is being taken into this folder"):
            for left in self.path.glob(f"*{UNFINISHED}"):
                shutil.rmtree(left)  # of one that was killed
            name = moment.astimezone(UTC).strftime(STAMP)
            unfinished = self.path / f"{name}{UNFINISHED}"
            unfinished.mkdir(mode=0o700)
            try:
                yield unfinished
                sync(unfinished)
                unfinished.rename(self.path / name)
                _sync_one(self.path)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)

    def prune(self, keep: int) -> list[str]:
        """Only the last so many stay. Returns the names of those that went."""
        gone = self.every()[:-keep]
        for backup in gone:
            # Without its manifest it is none, whatever happens in between.
            (backup.folder / NAME).unlink()
            shutil.rmtree(backup.folder)
        return [backup.name for backup in gone]


@contextmanager
def only_one(path: Path, *, what: str, why: str) -> Iterator[None]:
    """Raises CannotGoOn when somebody holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotGoOn(what=what, why=why, do="wait for it, or end it") from error
        yield


def is_held(path: Path) -> bool:
    if not path.exists():
        return False
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def sync(folder: Path) -> None:
    """All of it is on disk afterwards."""
    for path in [*folder.rglob("*"), folder]:
        if not path.is_symlink() and (path.is_file() or path.is_dir()):
            _sync_one(path)


def _sync_one(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
