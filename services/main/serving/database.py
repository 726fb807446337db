"""How long a process waits for MySQL."""

from __future__ import annotations

from django.db import connections


def give_up_after(*, seconds: int) -> None:
    """For connections opened from now on. A person waits behind a request; a migration may take its time."""
    connections.settings["default"]["OPTIONS"].update(
        connect_timeout=seconds, read_timeout=seconds, write_timeout=seconds
    )
