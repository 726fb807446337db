"""The Go compiler: the machine's own when it is new enough, else the one in the Debian unstable rootfs."""

from __future__ import annotations

import re
import subprocess

from deploy.local.places import tool

OLDEST = (1, 25)


def on_machine() -> bool:
    go = tool("go")
    if go is None:
        return False
    printed = subprocess.run([go, "version"], capture_output=True, text=True, check=False).stdout
    return new_enough(printed)


def new_enough(printed: str) -> bool:
    found = re.search(r"go(\d+)\.(\d+)", printed)
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST
