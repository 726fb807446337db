"""Where there are two zones, what dies is started again after a pause, unless somebody holds it down (run/holds.py)."""

from __future__ import annotations

import threading
import time
import xmlrpc.client
from collections.abc import Callable, Sequence
from types import TracebackType

from deploy.local.failure import Abandoned, CannotGoOn
from deploy.local.run.holds import is_held
from deploy.local.run.program import Program
from deploy.local.run.supervision import Supervision
from deploy.local.settings.profiles import Profile

LOOK_SECONDS = 0.25
# What dies again and again is started more and more slowly.
LONGEST_PAUSE_SECONDS = 60.0
STEADY_SECONDS = 60.0


class Restarts:
    """Lives as long as its `with` block, in a thread of its own."""

    def __init__(
        self, profile: Profile, supervision: Supervision, programs: Sequence[Program], say: Callable[[str], None]
    ) -> None:
        self._profile = profile
        self._supervision = supervision
        self._pauses = {program.name: program.pause_seconds for program in programs}
        self._print = say
        self._over = threading.Event()
        self._died_at: dict[str, float] = {}
        self._started_at: dict[str, float] = {}
        self._failures: dict[str, int] = {}
        self._starting: dict[str, threading.Thread] = {}
        self._thread = threading.Thread(target=self._look_until_over, daemon=True)

    def __enter__(self) -> Restarts:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._supervision.abandon()
        self._thread.join()
        for starting in list(self._starting.values()):
            starting.join()

    def _look_until_over(self) -> None:
        while not self._over.wait(LOOK_SECONDS) and not self._supervision.has_ended():
            try:
                dead = self._supervision.dead()
            except (OSError, xmlrpc.client.Error):
                continue  # supervisord is ending, and whoever watches it will say so
            for name, description in dead.items():
                if name not in self._starting:
                    self._consider(name, description)

    def _consider(self, name: str, description: str) -> None:
        now = time.monotonic()
        held = is_held(self._profile, name)
        if name not in self._died_at:
            self._died_at[name] = now
            steady = now - self._started_at.get(name, now - STEADY_SECONDS) >= STEADY_SECONDS
            self._failures[name] = 0 if steady or held else self._failures.get(name, 0) + 1
            next_step = "it is held down" if held else f"it starts again in {self._pause(name):.0f} s"
            self._print(f"{name} ended ({description}): {next_step}")
        if not held and now - self._died_at[name] >= self._pause(name):
            self._starting[name] = threading.Thread(target=self._start, args=(name,), daemon=True)
            self._starting[name].start()

    def _pause(self, name: str) -> float:
        return float(min(self._pauses[name] * 2 ** self._failures[name], LONGEST_PAUSE_SECONDS))

    def _start(self, name: str) -> None:
        began = time.monotonic()
        self._started_at[name] = began
        self._died_at.pop(name, None)
        try:
            self._supervision.start(name)
            self._print(f"{name} is back, ready after {time.monotonic() - began:.1f} s")
        except CannotGoOn as failure:
            self._print(f"{name} did not come back: {failure.why.splitlines()[0]}")
        except Abandoned:
            pass
        finally:
            del self._starting[name]
