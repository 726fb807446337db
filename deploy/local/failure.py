"""The one way in which a command of ours gives up: what failed, why, and what to do about it."""

from __future__ import annotations

from pathlib import Path

TAIL_LINES = 40


class CannotGoOn(Exception):
    def __init__(self, *, what: str, why: str, do: str) -> None:
        super().__init__(what)
        self.what, self.why, self.do = what, why, do

    def __str__(self) -> str:
        why = self.why.strip().replace("\n", "\n           ")
        do = self.do.strip().replace("\n", "\n           ")
        return f"\nFAILED     {self.what}\nwhy        {why}\nwhat to do {do}\n"


class Abandoned(Exception):
    """Not worth waiting for any more: something else failed, or we were told to stop."""


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    if not log.exists():
        return "(no log was written)"
    kept = log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    return "\n".join(kept) or "(the log is empty)"
