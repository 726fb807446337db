"""Ports for the servers that tests start, which no other test of this machine is given meanwhile.

A port that was merely free when somebody looked is not reserved: until the server listens, another test may look too,
and of those in `net.ipv4.ip_local_port_range` the kernel gives one to every outgoing connection.
"""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

# Below the ports that Linux gives to connections (32768) and those of `make run` (18000 and up).
FIRST, LAST = 10_000, 17_900
FIRST_BLOCK, LAST_BLOCK, BLOCK = 22_000, 32_000, 1_000

# Of this process, and held until it ends: the lock is the claim.
_claims: list[int] = []


def claim_port() -> int:
    """A port that nobody listens on, at any address. It stays this process's until the process ends.

    Raises RuntimeError when all are taken."""
    return claim_ports(1)


def claim_ports(count: int) -> int:
    """The first of so many beside each other."""
    places = list(range(FIRST, LAST, count))
    # Each process tries others first: what a server left dying out a moment ago is not met again at once.
    random.shuffle(places)
    for first in places:
        ports = range(first, first + count)
        if locks := _locked(ports, listened_on=ports):
            _claims.extend(locks)
            return first
    raise RuntimeError(f"none of the ports {FIRST} to {LAST} is free")


@contextmanager
def claimed_block(used: Iterable[int]) -> Iterator[int]:
    """The first of a thousand ports for one whole system, of which it listens on the first and on `used` above it.

    Raises RuntimeError when all are taken."""
    offsets = (0, *used)
    for first in range(FIRST_BLOCK, LAST_BLOCK, BLOCK):
        if locks := _locked(range(first, first + 1), listened_on=[first + offset for offset in offsets]):
            try:
                yield first
            finally:
                _release(locks)
            return
    raise RuntimeError(f"no thousand ports between {FIRST_BLOCK} and {LAST_BLOCK} are free")


def _locked(ports: range, *, listened_on: Iterable[int]) -> list[int]:
    """One lock for each port; none when somebody has one of them."""
    locks: list[int] = []
    for port in ports:
        locks.append(os.open(_folder() / str(port), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        try:
            fcntl.flock(locks[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _release(locks)
            return []
    if not all(_is_free(port) for port in listened_on):
        _release(locks)
        return []
    return locks


def _release(locks: Iterable[int]) -> None:
    for lock in locks:
        os.close(lock)


def _folder() -> Path:
    folder = Path(tempfile.gettempdir()) / f"salon-test-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _is_free(port: int) -> bool:
    """On every address: what members of a group talk on listens on all."""
    with socket.socket() as probe:
        # As servers do: a connection that is only dying out does not hold the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
        return True
