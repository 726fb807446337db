"""What passwords need to be hashed comes back, whichever thread has hashed them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit
MAIN = Path(__file__).resolve().parents[2]

HASH_ON_EIGHT_THREADS = """
import os, sys, threading
from pathlib import Path
from argon2.low_level import Type, hash_secret
from serving.memory import give_large_blocks_back

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

def hash_some():
    for _ in range(3):
        hash_secret(b"p", b"saltsalt", time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, type=Type.ID)
    hashed.wait()  # request threads live on
    measured.wait()

if sys.argv[1] == "given back":
    give_large_blocks_back()
before = resident()
hashed, measured = threading.Barrier(9), threading.Barrier(9)
threads = [threading.Thread(target=hash_some) for _ in range(8)]
for thread in threads:
    thread.start()
hashed.wait()
print((resident() - before) // 1_000_000)
measured.wait()
"""


def _grown_mb(how: str) -> int:
    ran = subprocess.run(
        [sys.executable, "-c", HASH_ON_EIGHT_THREADS, how], cwd=MAIN, capture_output=True, text=True, check=True
    )
    return int(ran.stdout)


def test_memory_for_hashing_is_given_back() -> None:
    assert _grown_mb("given back") < 20
    # What it is for: glibc left alone keeps a block of 19 MB for most of the threads.
    assert _grown_mb("kept") > 20
