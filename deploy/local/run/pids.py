"""Which process a part is: `.local/<profile>/pids/<name>`, written by the process itself (`end_with_parent.py`)."""

from __future__ import annotations

import fcntl
from pathlib import Path

from deploy.local.settings.profiles import Profile


def pid_file(profile: Profile, name: str) -> Path:
    return profile.state / "pids" / name


def running(profile: Profile, name: str) -> int | None:
    """Its id, which is that of its process group too; None when nothing of it lives.

    The file is locked for as long as the process or a child of it lives: an old id may be somebody else's by now.
    """
    path = pid_file(profile, name)
    if not path.exists():
        return None
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(file.read())
    return None
