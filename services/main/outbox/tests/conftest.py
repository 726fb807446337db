from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import connections

from outbox.relay import OutboxRelay


@pytest.fixture
def running() -> Iterator[Callable[[OutboxRelay], None]]:
    """Begin a relay on a thread and a connection of its own; it is stopped at the end of the test."""
    threads: list[tuple[OutboxRelay, threading.Thread]] = []

    def run(relay: OutboxRelay) -> None:
        thread = threading.Thread(target=_run, args=[relay])
        thread.start()
        threads.append((relay, thread))

    yield run
    for relay, thread in threads:
        relay.stop()
        thread.join()


def _run(relay: OutboxRelay) -> None:
    relay.run()
    connections.close_all()
