"""How a supervisord is asked things: over its socket, by whoever started it and by a deploy in another terminal."""

from __future__ import annotations

import hashlib
import tempfile
import xmlrpc.client
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport  # type: ignore[import-untyped]  # it ships no types

from deploy.local.settings.profiles import LONGEST_SOCKET_PATH, Profile

ALIVE = {"STARTING", "RUNNING"}
NOT_WAITING = False


def ask(profile: Profile, method: str, *words: str | bool) -> Any:
    """Raises OSError when it is not there, xmlrpc.client.Error when it refuses."""
    # A new proxy for each call: one must not be shared between threads.
    transport = SupervisorTransport(None, None, f"unix://{socket_path(profile)}")
    with xmlrpc.client.ServerProxy("http://supervisor", transport=transport) as supervisor:
        return getattr(supervisor.supervisor, method)(*words)


def socket_path(profile: Profile) -> Path:
    path = profile.state / "supervisor.sock"
    if len(str(path).encode()) <= LONGEST_SOCKET_PATH:
        return path
    # A socket's path must be short, and this checkout's is not.
    name = hashlib.sha256(str(profile.state).encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"salon-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / "supervisor.sock"
