from __future__ import annotations

import socket
from pathlib import Path

import pytest

from deploy.local.profiles import OFFSETS, Profile


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    """A profile whose ports are free and whose state is nobody else's."""
    base = _free_base()
    return Profile("tried", base, base, lite=False, home=tmp_path)


def _free_base() -> int:
    # Below the ports that Linux gives to clients.
    for base in range(22_000, 32_000, 1_000):
        if all(_can_listen(base + offset) for offset in (0, *OFFSETS.values())):
            return base
    raise RuntimeError("no free ports")


def _can_listen(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
