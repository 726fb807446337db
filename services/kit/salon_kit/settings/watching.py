"""Settings that may change while a process runs: what was read from a file or from Parameter Store is read again."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from salon_kit.logs import get_logger
from salon_kit.settings.base import ServiceSettings
from salon_kit.settings.origins import Origin

log = get_logger(__name__)

LOOK_SECONDS = 1.0
# Parameter Store is asked over a network, and takes 40 questions a second from all that we have.
ASK_SECONDS = 30.0

Take = Callable[[str], None]


@dataclass
class _Watched:
    name: str
    origin: Origin
    read_again: Callable[[], str]
    take: Take
    stamp: object = None
    is_settled: bool = True
    asked_at: float = 0.0
    text: str = ""


class SecretWatch:
    """Hands a changed setting on. What cannot be read, or is no key, changes nothing: the old one stays in force.

    `look` is called by whoever owns a thread or a job for it.
    """

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._watched: list[_Watched] = []

    def on_change(self, name: str, take: Take) -> None:
        """`take` raises ValueError for a text that is no key. It is called on the thread of `look`."""
        origin = self._settings.origins.get(name)
        if origin is not None and origin.read_again is not None:
            stamp = origin.stamp() if origin.stamp else None
            self._watched.append(_Watched(name, origin, origin.read_again, take, stamp, asked_at=time.monotonic()))

    def look(self) -> bool:
        """Whether something changed."""
        changed = False
        for watched in self._watched:
            try:
                changed = (_is_due(watched) and _read(watched)) or changed
            except Exception as error:
                # One that is missing for a moment, half written, or wrong. Its text is nobody's business.
                log.error("secret_refused", setting=watched.name, origin=str(watched.origin), error=_plain(error))
        return changed

    async def run(self) -> None:
        """For ever, for a process with an event loop; the reading is done on a thread."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await asyncio.to_thread(self.look)

    def look_until(self, stopped: threading.Event, *, after_change: Callable[[], None]) -> None:
        while not stopped.wait(LOOK_SECONDS):
            if self.look():
                after_change()


def _is_due(watched: _Watched) -> bool:
    """A file counts once it has stayed the same from one look to the next: it may have been half written."""
    if watched.origin.stamp is None:
        now = time.monotonic()
        due = now - watched.asked_at >= ASK_SECONDS
        watched.asked_at = now if due else watched.asked_at
        return due
    stamp = watched.origin.stamp()
    if stamp != watched.stamp:
        watched.stamp, watched.is_settled = stamp, False
        return False
    due, watched.is_settled = not watched.is_settled, True
    return due


def _read(watched: _Watched) -> bool:
    text = watched.read_again()
    if text == watched.text:
        return False
    watched.take(text)
    watched.text = text
    log.info("secret_taken", setting=watched.name, origin=str(watched.origin))
    return True


def _plain(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if isinstance(error, (ValueError, OSError)) else type(error).__name__
