"""A disk of a few hundred megabytes under one server's data, which a test fills and empties again."""

from __future__ import annotations

import errno
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.failure import CannotGoOn

_BALLAST = "ballast"
_CHUNK = bytes(1024 * 1024)
_LAST_CHUNK = bytes(4096)


class SmallDisk:
    """A tmpfs at `folder`. Whatever a server that died left there stays, as on a disk."""

    def __init__(self, folder: Path, *, megabytes: int) -> None:
        self.folder = folder
        self._megabytes = megabytes
        self._ballast = folder / _BALLAST

    @contextmanager
    def mounted(self) -> Iterator[None]:
        """Raises CannotGoOn on a machine where we may not mount."""
        self.folder.mkdir(parents=True, exist_ok=True)
        options = ["-t", "tmpfs", "-o", f"size={self._megabytes}m,mode=0700", "faults"]
        made = subprocess.run(["mount", *options, str(self.folder)], capture_output=True, text=True, check=False)
        if made.returncode:
            raise CannotGoOn(
                what="a small disk", why=made.stderr, do="run as root, or in a container with CAP_SYS_ADMIN"
            )
        try:
            yield
        finally:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=False)

    def fill(self) -> None:
        """Leave not one block."""
        with self._ballast.open("ab", buffering=0) as file:
            for chunk in (_CHUNK, _LAST_CHUNK):
                _write_until_full(file.write, chunk)

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)


def _write_until_full(write: Callable[[bytes], int | None], chunk: bytes) -> None:
    while True:
        try:
            written = write(chunk) or 0
        except OSError as error:
            if error.errno == errno.ENOSPC:
                return
            raise
        if written < len(chunk):
            return
