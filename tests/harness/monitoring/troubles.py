"""Troubles that somebody must be written to about: each is a context, and over when it is left."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from confluent_kafka import Producer

# Of each round: long enough that nothing answers within half a second, short enough that nobody takes it for dead.
STANDS_SECONDS, RUNS_SECONDS = 2.5, 0.4
ANSWERS_WITHIN_SECONDS = 30.0


@contextmanager
def in_pulses(pid: int) -> Iterator[None]:
    """A server that does little between long pauses, as on a disk or a processor at its end."""
    over = threading.Event()

    def beat() -> None:
        while not over.is_set():
            signal_family(pid, signal.SIGSTOP)
            over.wait(STANDS_SECONDS)
            signal_family(pid, signal.SIGCONT)
            over.wait(RUNS_SECONDS)

    beating = threading.Thread(target=beat, daemon=True)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join()
        signal_family(pid, signal.SIGCONT)


def signal_family(pid: int, number: int) -> None:
    """Also what descends from it: an engine in a sandbox is in a session of its own."""
    family = [pid]
    for member in family:
        with suppress(FileNotFoundError):
            family += map(int, Path(f"/proc/{member}/task/{member}/children").read_text(encoding="ascii").split())
    for member in family:
        with suppress(ProcessLookupError):
            os.kill(member, number)


@contextmanager
def people_who_look(url: str, *, per_second: float) -> Iterator[None]:
    """So many come each second, however slow it is."""
    over, parts = threading.Event(), urlsplit(url)

    def look() -> None:
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=ANSWERS_WITHIN_SECONDS)
        with suppress(OSError, HTTPException), closing(connection):
            connection.request("GET", parts.path)
            connection.getresponse().read()

    def come() -> None:
        with ThreadPoolExecutor(100) as pool:
            due = time.monotonic()
            while not over.is_set():
                pool.submit(look)
                due += 1 / per_second
                over.wait(max(0.0, due - time.monotonic()))

    coming = threading.Thread(target=come, daemon=True)
    coming.start()
    try:
        yield
    finally:
        over.set()
        coming.join()


def write_what_nobody_can_read(brokers: str, topic: str, *, count: int) -> None:
    """Records that are no event: each is set aside by whoever reads this topic."""
    producer = Producer({"bootstrap.servers": brokers, "acks": "all"})
    for number in range(count):
        producer.produce(topic, key=f"nobody-{number}", value=b"\xff no event")
    assert producer.flush(30) == 0
