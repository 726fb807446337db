"""How a supervisord is asked things: over its socket, by whoever started it and by a deploy in another terminal."""

from __future__ import annotations

import xmlrpc.client
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport  # type: ignore[import-untyped]  # it ships no types

from deploy.local.run.socket_paths import socket_in
from deploy.local.settings.profiles import Profile

ALIVE = {"STARTING", "RUNNING"}
NOT_WAITING = False


def ask(profile: Profile, method: str, *words: str | bool) -> Any:
    """Raises OSError when it is not there, xmlrpc.client.Error when it refuses."""
    # A new proxy for each call: one must not be shared between threads.
    transport = SupervisorTransport(None, None, f"unix://{socket_path(profile)}")
    with xmlrpc.client.ServerProxy("http://supervisor", transport=transport) as supervisor:
        return getattr(supervisor.supervisor, method)(*words)


def socket_path(profile: Profile) -> Path:
    return socket_in(profile.state, "supervisor.sock")
