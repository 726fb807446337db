"""Runs one server from the Debian unstable rootfs, with its own data as the only writable place.

    python -m deploy.local.install.sandbox ROOTFS DATA COMMAND...

A process of its own because a SIGTERM that reaches bwrap kills the server behind it at once (`--die-with-parent`).
Here the signal goes to the server, which closes its files, and its exit code is handed on.
"""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

# Anyone but root: PostgreSQL refuses to run as root, and looks its own user up.
UID = "1000"
# The temporary directory in there, which is empty at each start and nobody else's.
TMP = "/tmp"  # noqa: S108
PASSWD_LINE = f"salon:x:{UID}:{UID}::{TMP}:/bin/sh\n"


def bwrap(rootfs: Path, data: Path, command: Sequence[str], *extra: str) -> list[str]:
    passwd = data.parent / "passwd"
    data.mkdir(parents=True, exist_ok=True)
    passwd.write_text(PASSWD_LINE, encoding="ascii")
    return [
        "bwrap",
        *("--ro-bind", str(rootfs / "usr"), "/usr"),
        *("--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--symlink", "usr/bin", "/bin"),
        *("--ro-bind", str(rootfs / "etc"), "/etc", "--ro-bind", str(passwd), "/etc/passwd"),
        *("--dev", "/dev", *process_space(), "--tmpfs", TMP, "--bind", str(data), "/data"),
        *("--unshare-user", "--uid", UID, "--gid", UID, "--die-with-parent"),
        *extra,
        *command,
    ]


@functools.cache
def process_space() -> tuple[str, ...]:
    """A process space of the server's own: when it is killed, its children cannot stay behind.

    In many containers nobody may mount a new /proc, and then it has to be the one that is there.
    """
    own = ("--proc", "/proc", "--unshare-pid", "--as-pid-1")
    return ("--ro-bind", "/proc", "/proc") if _what_bwrap_says(own) else own


def refusal() -> str | None:
    """Why bubblewrap can start nothing here; None when it can."""
    return _what_bwrap_says(process_space()) or None


def _what_bwrap_says(space: Sequence[str]) -> str:
    tried = subprocess.run(
        ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", *space, "--unshare-user", "--uid", UID, "true"],
        text=True,
        capture_output=True,
        check=False,
    )
    return (tried.stderr.strip() or f"exit code {tried.returncode}") if tried.returncode else ""


def run_once(rootfs: Path, data: Path, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """A short command there, such as the making of an empty database."""
    return subprocess.run(bwrap(rootfs, data, command), text=True, capture_output=True, check=False)


def main() -> int:
    rootfs, data, *command = sys.argv[1:]
    read_end, write_end = os.pipe()
    wrapped = bwrap(Path(rootfs), Path(data), command, "--info-fd", str(write_end))
    # A TERM that comes before the server's own id is known is kept back until it is.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    # Its own session: Ctrl-C at the terminal must not reach the server past us.
    bubble = subprocess.Popen(
        wrapped,
        pass_fds=[write_end],
        start_new_session=True,
        preexec_fn=_unblock,  # noqa: PLW1509  # there are no threads here
    )
    os.close(write_end)
    with os.fdopen(read_end) as info:
        server = json.load(info)["child-pid"]

    def hand_on(number: int, frame: FrameType | None) -> None:
        os.kill(server, number)

    signal.signal(signal.SIGTERM, hand_on)
    signal.signal(signal.SIGINT, hand_on)
    _unblock()
    return bubble.wait()


def _unblock() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    sys.exit(main())
