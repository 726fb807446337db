"""Yesterday's line to each channel, at a set hour, once: whichever copy of the relay comes first, after any restart.

What was begun is written down before it is sent. Whoever dies in between has perhaps sent it: then it is not sent
again, for a line too few is less of a nuisance than the same one at every restart. What was refused is tried again,
until the day is over.
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path

from deploy.messages.message import Message, Messages, NotDelivered
from deploy.monitoring.people.day import ZONE, Day, message_of
from deploy.monitoring.prometheus_api import NotAnswered

LOOK_SECONDS = 30.0


class Daily:
    """`folder` is that of all copies. `day_of` raises NotAnswered, and gives None for a day on which nothing was."""

    def __init__(
        self,
        *,
        at: time,
        folder: Path,
        channels: Mapping[str, Messages],
        day_of: Callable[[date], Day | None],
        now: Callable[[], datetime] = lambda: datetime.now(ZONE),
    ) -> None:
        self._at = at
        self._folder = folder
        self._channels = channels
        self._day_of = day_of
        self._now = now

    def run(self) -> None:
        """On a thread of its own, for ever."""
        while True:
            self.look()
            threading.Event().wait(LOOK_SECONDS)

    def look(self) -> None:
        """Send what is due and was sent by nobody yet."""
        now = self._now()
        if now.time() < self._at:
            return
        yesterday = now.date() - timedelta(days=1)
        due = [name for name in self._channels if not self._is_taken(name, yesterday)]
        if not due:
            return
        try:
            day = self._day_of(yesterday)
        except NotAnswered:
            return  # the watchdog says so when it lasts
        if day is not None:
            for name in due:
                self._send_once(name, yesterday, message_of(day))

    def _send_once(self, name: str, day: date, message: Message) -> None:
        with self._alone():
            if self._is_taken(name, day):
                return
            note = self._folder / name
            before = note.read_text(encoding="ascii") if note.exists() else ""
            self._write(note, day.isoformat())
            try:
                self._channels[name].send(message)
            except NotDelivered:
                self._write(note, before)

    def _is_taken(self, name: str, day: date) -> bool:
        note = self._folder / name
        return note.exists() and note.read_text(encoding="ascii") >= day.isoformat()

    def _write(self, note: Path, text: str) -> None:
        new = note.with_suffix(".new")
        new.write_text(text, encoding="ascii")
        new.replace(note)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
