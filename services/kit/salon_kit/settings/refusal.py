"""A process that will not start: what is wrong, why that matters, what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Fault(NamedTuple):
    what: str
    why: str
    do: str

    def __str__(self) -> str:
        return f"what       {self.what}\nwhy        {self.why}\nwhat to do {self.do}"


class SettingsRefused(Exception):
    """All that is wrong at once. No value of a secret stands in the text."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n\n".join(map(str, faults)))
        self.faults = tuple(faults)
