"""A time of day that a test may step, for the processes that are started with it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from deploy.local.failure import CannotGoOn
from deploy.local.places import tool
from tests.faults.places import FAULTS

_SOURCE = Path(__file__).with_name("stepped_clock.c")


class Clock:
    """Only the time of day steps; intervals stay true, as when somebody sets a machine's clock."""

    def __init__(self, name: str) -> None:
        self._library = _built()
        self._file = FAULTS / f"clock-{name}"
        self._file.write_bytes(bytes(8))

    def step(self, seconds: int) -> None:
        # In place, because the processes have mapped this very file.
        with self._file.open("r+b") as file:
            file.write(seconds.to_bytes(8, "little", signed=True))

    @property
    def prefix(self) -> tuple[str, ...]:
        """Put in front of a command."""
        return ("env", f"LD_PRELOAD={self._library}", f"STEPPED_CLOCK={self._file}")


def _built() -> Path:
    library = FAULTS / "stepped_clock.so"
    library.parent.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(
        [tool("cc") or "cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(_SOURCE)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise CannotGoOn(what="a clock that steps", why=made.stderr, do="install a C compiler")
    return library
