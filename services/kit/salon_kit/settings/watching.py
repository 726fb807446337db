"""Settings that may change while a process runs: what was read from a file or from Parameter Store is read again."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from salon_kit.logs import get_logger
from salon_kit.settings.base import ServiceSettings
from salon_kit.settings.origins import Origin
from salon_kit.settings.refusal import SettingsRefused

log = get_logger(__name__)

LOOK_SECONDS = 1.0
# Parameter Store is asked over a network, and takes 40 questions a second from all that we have.
ASK_SECONDS = 30.0
# What stays wrong is tried again at each look, and logged again so often.
REPEAT_SECONDS = 60.0

Take = Callable[..., None]


@dataclass
class _Source:
    """`text` is what stood last in the file or the parameter, in force or not."""

    name: str
    origin: Origin
    text: str
    # Of no file: what is there by now may be newer than what the settings were read from.
    stamp: object = None
    is_settled: bool = True
    asked_at: float = field(default_factory=time.monotonic)


@dataclass
class _Watched:
    """Settings that are taken together. `in_force` are their texts, in the same order."""

    sources: tuple[_Source, ...]
    take: Take
    in_force: tuple[str, ...]
    reported: str = ""
    reported_at: float = 0.0


class SecretWatch:
    """Hands a changed setting on. What cannot be read, or is no key, changes nothing: the old one stays in force.

    What would be refused when the process starts is refused here too. `look` is called by whoever owns a thread or a
    job for it.
    """

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._watched: list[_Watched] = []

    def on_change(self, name: str, take: Take) -> None:
        """`take` raises ValueError for a text that is no key. It is called on the thread of `look`."""
        self.on_change_of([name], take)

    def on_change_of(self, names: Sequence[str], take: Take) -> None:
        """`take` is given all of their texts, whichever has changed: they have to fit each other."""
        sources = tuple(
            _Source(name, origin, self._settings.text_of(name))
            for name in names
            if (origin := self._settings.origins.get(name)) is not None
        )
        if len(sources) == len(names) and any(source.origin.read_again for source in sources):
            self._watched.append(_Watched(sources, take, tuple(source.text for source in sources)))

    def look(self) -> bool:
        """Whether something changed."""
        # Not `any`: each is looked at.
        return True in [self._look_at(watched) for watched in self._watched]

    def _look_at(self, watched: _Watched) -> bool:
        try:
            for source in watched.sources:
                _read(source)
            changed = self._taken(watched)
        except Exception as error:
            # One that is missing for a moment, half written, or wrong. Its text is nobody's business.
            _report(watched, _plain(error))
            return False
        watched.reported = ""
        return changed

    def _taken(self, watched: _Watched) -> bool:
        texts = tuple(source.text for source in watched.sources)
        if texts == watched.in_force:
            return False
        for source in watched.sources:
            self._settings.insist_may_be(source.name, source.text)
        watched.take(*texts)
        for source, before in zip(watched.sources, watched.in_force, strict=True):
            if source.text != before:
                log.info("secret_taken", setting=source.name, origin=str(source.origin))
        watched.in_force = texts
        return True

    async def run(self) -> None:
        """For ever, for a process with an event loop; the reading is done on a thread."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await asyncio.to_thread(self.look)

    def look_until(self, stopped: threading.Event, *, after_change: Callable[[], None]) -> None:
        while not stopped.wait(LOOK_SECONDS):
            if self.look():
                after_change()


def _read(source: _Source) -> None:
    """Settled is only what has been read: what could not be is read again at the next look."""
    read_again = source.origin.read_again
    if read_again is None or not _is_due(source):
        return
    source.text = read_again()
    source.is_settled = True


def _is_due(source: _Source) -> bool:
    """A file counts once it has stayed the same from one look to the next: it may have been half written."""
    if source.origin.stamp is None:
        now = time.monotonic()
        due = now - source.asked_at >= ASK_SECONDS
        source.asked_at = now if due else source.asked_at
        return due
    stamp = source.origin.stamp()
    if stamp != source.stamp:
        source.stamp, source.is_settled = stamp, False
        return False
    return not source.is_settled


def _report(watched: _Watched, error: str) -> None:
    now = time.monotonic()
    if error != watched.reported or now - watched.reported_at >= REPEAT_SECONDS:
        names = ", ".join(one.name for one in watched.sources)
        origins = ", ".join(str(one.origin) for one in watched.sources)
        log.error("secret_refused", setting=names, origin=origins, error=error)
        watched.reported, watched.reported_at = error, now


def _plain(error: Exception) -> str:
    harmless = (ValueError, OSError, SettingsRefused)
    return f"{type(error).__name__}: {error}" if isinstance(error, harmless) else type(error).__name__
