"""Who had the group last: the newest view with a majority that any member has seen, in a file that all share.

Only those who were in it can hold what was acknowledged last. When the whole group has ended, it is bootstrapped only
after all of them are there again, from the one with the newest data.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class View:
    # The group's beginning and a count from there, as Group Replication writes it: `17959:4`. Both only grow.
    id: tuple[int, int]
    # Names of the members that were online in it.
    members: tuple[str, ...]


def view_id(text: str) -> tuple[int, int]:
    beginning, _, count = text.partition(":")
    return int(beginning), int(count)


def read(folder: Path) -> View | None:
    path = folder / "last_view.json"
    if not path.exists():
        return None
    note = json.loads(path.read_text())
    return View(id=(note["id"][0], note["id"][1]), members=tuple(note["members"]))


def note(folder: Path, view: View) -> None:
    known = read(folder)
    if known == view or (known and known.id > view.id):
        return
    with locked(folder):
        known = read(folder)
        if known is None or known.id <= view.id:
            new = folder / "last_view.json.new"
            with new.open("w") as file:
                json.dump({"id": view.id, "members": view.members}, file)
                file.flush()
                os.fsync(file.fileno())
            new.replace(folder / "last_view.json")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One member at a time."""
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
