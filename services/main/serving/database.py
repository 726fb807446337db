"""How long a process waits for MySQL."""

from __future__ import annotations

from django.db import connections

# A server that hangs is left by a worker before anybody takes the worker itself for hanging.
WORKER_WAITS_SECONDS = 10


def give_up_after(*, seconds: int) -> None:
    """For connections opened from now on. A person waits behind a request; a migration may take its time."""
    for settings in connections.settings.values():
        settings["OPTIONS"].update(connect_timeout=seconds, read_timeout=seconds, write_timeout=seconds)
