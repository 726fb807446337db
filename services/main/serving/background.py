"""Background services that live as long as a process. One that dies takes the process with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

OnDeath = Callable[[str], None]
"""Call it from any thread with the name of what died; the process logs it and stops gracefully."""


class Owned(Protocol):
    """A thing with threads of its own.

    An app plugs one into `serve` by naming a factory in its AppConfig:
    `owned_by_serve = ("chat.live.fanout.make_fanout",)`, where `make_fanout(*, on_death: OnDeath) -> Owned`.
    """

    def start(self) -> None: ...

    def stop(self) -> None: ...
