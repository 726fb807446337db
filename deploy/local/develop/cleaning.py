"""`make clean`: the data of the profiles goes, what was installed stays. `PROFILE=dev` takes one profile only."""

from __future__ import annotations

import fcntl
import shutil

from deploy.local.failure import CannotGoOn
from deploy.local.places import shown
from deploy.local.settings.profiles import profile_named

PROFILES = ("dev", "ha", "test", "lite")


def clean(profile_name: str | None) -> int:
    for name in [profile_name] if profile_name else PROFILES:
        state = profile_named(name, salon_port=8000, lite=False).state
        if not state.exists():
            continue
        with (state / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise CannotGoOn(
                    what=f"clean {name}", why="it is running", do="stop it first (Ctrl-C there)"
                ) from error
            shutil.rmtree(state)
        print(f"removed {shown(state)}", flush=True)
    return 0
