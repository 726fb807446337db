"""What a backup says about itself, and whether its files are still those that were written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from deploy.local.failure import CannotGoOn
from deploy.local.places import shown

NAME = "manifest.json"
VERSION = 1
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class TableContent:
    rows: int
    digest: str


@dataclass(frozen=True)
class MySQLPart:
    """A copy of the whole server. Transactions after `gtid_executed` are in the binary logs."""

    server: str
    version: str
    gtid_executed: str
    # Where the donor's binary log stood: another replica can begin there too.
    binlog_file: str
    binlog_position: int
    tables: Mapping[str, TableContent]


@dataclass(frozen=True)
class DocumentsPart:
    """A copy of the whole PostgreSQL under chat's history. `history` names the folder of logs that goes on from it."""

    engine: str
    history: str
    # The first log file that is needed, and where the copy was whole.
    first_log: str
    collections: Mapping[str, int]


@dataclass(frozen=True)
class Manifest:
    taken_at: datetime
    seconds: float
    profile: str
    chat_epoch: int
    mysql: MySQLPart
    documents: DocumentsPart
    # Path within the backup → SHA-256.
    files: Mapping[str, str]

    def write(self, folder: Path) -> None:
        note = {"version": VERSION, **asdict(self), "taken_at": self.taken_at.isoformat()}
        (folder / NAME).write_text(json.dumps(note, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Raises CannotGoOn for one that a later version wrote, or that is none."""
        try:
            note = json.loads(path.read_text(encoding="utf-8"))
            if note.pop("version") != VERSION:
                raise ValueError("another version of this program wrote it")
            mysql, documents = note.pop("mysql"), note.pop("documents")
            tables = {name: TableContent(**table) for name, table in mysql.pop("tables").items()}
            return cls(
                taken_at=datetime.fromisoformat(note.pop("taken_at")),
                mysql=MySQLPart(**mysql, tables=tables),
                documents=DocumentsPart(**documents),
                **note,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise CannotGoOn(
                what=f"the manifest {shown(path)}",
                why=f"it cannot be read: {error!r}",
                do="take another backup (make backups lists them), or the version of the program that wrote it",
            ) from error


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): digest_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and path != folder / NAME
    }


def digest_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def insist_on_whole(folder: Path, manifest: Manifest) -> None:
    """Every file is there as it was written, and no other. Raises CannotGoOn."""
    there = digests(folder)
    wrong = sorted(path for path in {*there, *manifest.files} if there.get(path) != manifest.files.get(path))
    if wrong:
        raise CannotGoOn(
            what=f"the backup {shown(folder)}",
            why=f"{len(wrong)} files are missing or not as they were written, such as {', '.join(wrong[:3])}",
            do="take an older one (FROM=<name>; make backups lists them): the logs lead from there to the same moment",
        )
