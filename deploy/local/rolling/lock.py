"""One deploy at a time. The lock dies with whoever holds it, and says who that is and since when."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.local.failure import CannotGoOn
from deploy.local.settings.profiles import Profile


@contextmanager
def only_one_deploy(profile: Profile, *, by: str) -> Iterator[None]:
    """Raises CannotGoOn while another one is at it."""
    profile.state.mkdir(parents=True, exist_ok=True)
    with (profile.state / "deploy.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise CannotGoOn(
                what="deploy", why=_holder(lock.read()), do="wait for it; when it is killed, the lock goes with it"
            ) from error
        lock.seek(0)
        lock.truncate()
        json.dump({"by": by, "pid": os.getpid(), "since": time.time()}, lock, ensure_ascii=False)
        lock.flush()
        yield


def _holder(text: str) -> str:
    try:
        holder = json.loads(text)
    except ValueError:
        return "another one begins this moment"
    since = time.strftime("%H:%M:%S", time.localtime(holder["since"]))
    return f"{holder['by']} deploys since {since} (process {holder['pid']}, for {time.time() - holder['since']:.0f} s)"
