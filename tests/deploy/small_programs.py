"""Small Python programs in the place of ours, for a real supervisord."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

from deploy.local.run.probes import accepts
from deploy.local.run.program import Program
from deploy.local.settings.profiles import Profile

# An election of Sentinels that came to nothing is held again after 12 s.
SECONDS = 45


def python_program(profile: Profile, name: str, code: str, **more: Any) -> Program:
    """A program that is ready when it listens on the port of that name."""
    script = profile.home / f"{name}.py"
    script.write_text(code)
    port = profile.port(name)
    return Program(name, [sys.executable, str(script)], [port], accepts(port), **more)


def listener(port: int, *, first: str = "pass") -> str:
    return f"import socket, time; {first}; s = socket.create_server(('127.0.0.1', {port})); time.sleep(1000)"


def eventually(is_true: Callable[[], bool]) -> bool:
    """Whether it was true once within the time. Asked once more it may not be: another broker answers."""
    until = time.monotonic() + SECONDS
    while not is_true():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
