"""One scenario as it came out."""

from __future__ import annotations

from dataclasses import dataclass

from tests.harness.statements import Statement


@dataclass(frozen=True)
class Result:
    """`broke_off` says why a scenario could not be played to its end; then nothing was proven."""

    title: str
    seconds: float
    statements: tuple[Statement, ...]
    broke_off: str | None = None

    @property
    def holds(self) -> bool:
        return self.broke_off is None and bool(self.statements) and all(one.holds for one in self.statements)
