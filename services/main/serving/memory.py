"""Large blocks of memory go back when they are freed, and what stays is not looked through for garbage."""

from __future__ import annotations

import ctypes
import gc

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


def set_apart_what_stays() -> None:
    """Call once, when everything is made that lives as long as the process.

    The collector stops everything while it looks, for 100 to 200 ms at a Django of 130 MB, and a flood of refusals
    makes it look every few seconds. Of what came since then it finds all in a few milliseconds.
    """
    gc.collect()
    gc.freeze()
