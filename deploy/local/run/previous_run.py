"""What a run leaves behind that was killed, and could stop nothing any more.

Its programs end by themselves within moments (`end_with_parent.py`). Until then a new start must not touch their data.
"""

from __future__ import annotations

import fcntl
import time
from pathlib import Path

from deploy.local.console import Console
from deploy.local.failure import CannotGoOn
from deploy.local.places import shown
from deploy.local.settings.profiles import Profile

POLL_SECONDS = 0.1
LONGEST_SECONDS = 60.0


def lock_of(profile: Profile) -> Path:
    """Held by every program of a run, for as long as it lives."""
    return profile.state / "alive"


def wait_until_gone(profile: Profile, console: Console) -> None:
    """Raises CannotGoOn when something does not end."""
    if not _still_alive(profile):
        return
    console.say("the last run was killed; waiting for its programs to end")
    until = time.monotonic() + LONGEST_SECONDS
    while _still_alive(profile):
        if time.monotonic() > until:
            lock = shown(lock_of(profile))
            raise CannotGoOn(
                what=f"profile {profile.name}",
                why="the last run was killed, and a program that it had started does not end",
                do=f"`fuser -v {lock}` lists who holds the data; end them and start again",
            )
        time.sleep(POLL_SECONDS)


def _still_alive(profile: Profile) -> bool:
    with lock_of(profile).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
