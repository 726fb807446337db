"""`make clean`: the data of the profiles goes, what was installed and backups stay. `PROFILE=dev`: one profile only."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

from deploy.local.failure import CannotGoOn
from deploy.local.places import LOCAL, shown
from deploy.local.settings.profiles import profile_named

PROFILES = ("dev", "ha", "test", "lite")
MONITORING = "monitoring"
# Whoever wants them gone removes them by hand.
STAYS = "backups"


def clean(profile_name: str | None) -> int:
    for name in [profile_name] if profile_name else (*PROFILES, MONITORING, *(f"{MONITORING}-{of}" for of in PROFILES)):
        state = LOCAL / name if name.startswith(MONITORING) else profile_named(name, salon_port=8000, lite=False).state
        if not state.exists():
            continue
        with (state / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise CannotGoOn(
                    what=f"clean {name}", why="it is running", do="stop it first (Ctrl-C there)"
                ) from error
            _empty(state)
        print(f"removed {shown(state)}", flush=True)
    return 0


def _empty(state: Path) -> None:
    for path in state.iterdir():
        if path.is_dir() and not path.is_symlink() and path.name != STAYS:
            shutil.rmtree(path)
        elif path.name != STAYS:
            path.unlink()
    if not any(state.iterdir()):
        state.rmdir()
