"""Where sockets in the file system lie: beside the data, unless that would be longer than Linux allows."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from deploy.local.settings.profiles import LONGEST_SOCKET_PATH


def socket_in(folder: Path, name: str) -> Path:
    path = folder / name
    if len(str(path).encode()) <= LONGEST_SOCKET_PATH:
        return path
    short = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    elsewhere = Path(tempfile.gettempdir()) / f"salon-{short}"
    elsewhere.mkdir(mode=0o700, exist_ok=True)
    return elsewhere / name
