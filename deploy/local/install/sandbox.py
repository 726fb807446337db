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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

# Anyone but root: PostgreSQL refuses to run as root, and looks its own user up.
UID = "1000"
# The temporary directory in there, which is empty at each start and nobody else's.
TMP = "/tmp"  # noqa: S108
TO_HAND_ON = (signal.SIGTERM, signal.SIGINT)
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
    return ("--ro-bind", "/proc", "/proc") if _bwrap_refusal(own) else own


def refusal() -> str | None:
    """Why bubblewrap can start nothing here; None when it can."""
    return _bwrap_refusal(process_space()) or None


def _bwrap_refusal(space: Sequence[str]) -> str:
    tried = subprocess.run(
        ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", *space, "--unshare-user", "--uid", UID, "true"],
        text=True,
        capture_output=True,
        check=False,
    )
    return (tried.stderr.strip() or f"exit code {tried.returncode}") if tried.returncode else ""


def run_once(rootfs: Path, data: Path, command: Sequence[str], *extra: str) -> subprocess.CompletedProcess[str]:
    """A short command there, such as the making of an empty database."""
    return subprocess.run(bwrap(rootfs, data, command, *extra), text=True, capture_output=True, check=False)


def started(rootfs: Path, data: Path, command: Sequence[str], *extra: str) -> tuple[subprocess.Popen[bytes], int]:
    """A server, and its own process id besides that of what wraps it. Call it with signals kept back."""
    read_end, write_end = os.pipe()
    # Its own session: Ctrl-C at the terminal must not reach the server past us.
    bubble = subprocess.Popen(
        bwrap(rootfs, data, command, *extra, "--info-fd", str(write_end)),
        pass_fds=[write_end],
        start_new_session=True,
        preexec_fn=_unblock,  # noqa: PLW1509  # no lock is taken in there
    )
    os.close(write_end)
    with os.fdopen(read_end) as info:
        return bubble, json.load(info)["child-pid"]


@contextmanager
def signals_kept_back() -> Iterator[None]:
    """A TERM that comes before the server's own id is known waits until it is."""
    signal.pthread_sigmask(signal.SIG_BLOCK, TO_HAND_ON)
    try:
        yield
    finally:
        _unblock()


def main() -> int:
    rootfs, data, *command = sys.argv[1:]
    with signals_kept_back():
        bubble, server = started(Path(rootfs), Path(data), command)

        def hand_on(number: int, frame: FrameType | None) -> None:
            os.kill(server, number)

        for number in TO_HAND_ON:
            signal.signal(number, hand_on)
    return bubble.wait()


def _unblock() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, TO_HAND_ON)


if __name__ == "__main__":
    sys.exit(main())
