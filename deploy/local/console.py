"""Progress on the terminal: one line a step with its seconds; on a TTY the running steps are shown live."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from deploy.local.failure import Abandoned

LIVE_EVERY_SECONDS = 0.2
PLAIN_EVERY_SECONDS = 15.0


class Console:
    """Shows what runs now. Used as a context manager, so that its thread ends with the work it shows."""

    def __init__(self) -> None:
        self._live = sys.stdout.isatty()
        self._running: dict[str, float] = {}
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._began = time.monotonic()
        self._thread = threading.Thread(target=self._repeat, daemon=True)

    def __enter__(self) -> Console:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()
        self._clear()

    def say(self, text: str) -> None:
        with self._lock:
            self._clear()
            print(f"[{time.monotonic() - self._began:6.1f} s] {text}", flush=True)

    @contextmanager
    def watching(self, title: str) -> Iterator[None]:
        """As `step`, without a word at the end."""
        with self._lock:
            self._running[title] = time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                self._running.pop(title, None)
                self._clear()

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        began = time.monotonic()
        with self._lock:
            self._running[title] = began
        try:
            yield
        except Exception as error:
            self._end(title, began, "given up" if isinstance(error, Abandoned) else "FAILED")
            raise
        self._end(title, began, "done")

    def _end(self, title: str, began: float, result: str) -> None:
        with self._lock:
            self._running.pop(title, None)
        self.say(f"{title}: {result} in {time.monotonic() - began:.1f} s")

    def _repeat(self) -> None:
        while not self._done.wait(LIVE_EVERY_SECONDS if self._live else PLAIN_EVERY_SECONDS):
            with self._lock:
                now = time.monotonic()
                line = ", ".join(f"{title} {now - began:.0f} s" for title, began in self._running.items())
                if line and self._live:
                    self._clear()
                    print(f"  … {line}"[:150], end="", flush=True)
                elif line:
                    print(f"[{now - self._began:6.1f} s] still at it: {line}", flush=True)

    def _clear(self) -> None:
        if self._live:
            print("\r\033[K", end="", flush=True)
