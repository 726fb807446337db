"""Large blocks of memory go back to the system when they are freed."""

from __future__ import annotations

import ctypes

from salon_kit.logs import get_logger

log = get_logger(__name__)

_M_MMAP_THRESHOLD = -3  # malloc.h
_LARGE_BYTES = 1024 * 1024


def give_large_blocks_back() -> None:
    """Call once, before threads.

    glibc raises its own limit for what is large whenever such a block is freed. After the first password that argon2
    has hashed (19 MB), each request thread kept one more for ever: 120 MB after a minute of wrong passwords.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None or not mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES):
        log.info("large_blocks_stay")  # another C library than glibc
