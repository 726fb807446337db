"""What passwords need to be hashed comes back, whichever thread has hashed them; what stays is not looked through."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from serving.tests.served import Served, mysql, serve

__all__ = ["mysql", "serve"]
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


@pytest.mark.unit
def test_memory_for_hashing_is_given_back() -> None:
    assert _grown_mb("given back") < 20
    # What it is for: glibc left alone keeps a block of 19 MB for most of the threads.
    assert _grown_mb("kept") > 20


LOOK_FOR_GARBAGE = """
import gc, sys, time, django
django.setup()
from entry.asgi import application
from serving.memory import set_apart_what_stays

if sys.argv[1] == "set apart":
    set_apart_what_stays()
gc.collect()
began = time.process_time()
gc.collect()
print(int(1_000_000 * (time.process_time() - began)))
"""


def _looking_us(how: str) -> int:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    ran = subprocess.run(
        [sys.executable, "-c", LOOK_FOR_GARBAGE, how],
        cwd=MAIN,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(ran.stdout.split()[-1])


def test_looking_for_garbage_stops_nobody_for_long() -> None:
    # Processor time, and the one against the other: neither depends on the machine.
    assert _looking_us("set apart") < _looking_us("left alone") / 10


@pytest.mark.django_db(transaction=True)
def test_a_server_sets_apart_what_stays_before_it_serves(serve: Callable[..., Served]) -> None:
    served = serve()

    started = next(json.loads(line) for line in served.log.read_text().splitlines() if "server_started" in line)

    assert started["objects_set_apart"] > 100_000
