"""docs/regrets.md: each row names one command that there is, and says how much that command shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.develop.testing import PARTS
from tests.bench.options import ROWS
from tests.faults.cases import EVERY

ROOT = Path(__file__).parents[3]
TARGETS = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
# What may stand behind ONLY=, of the commands that have parts.
ONLY = {
    "test": {part.name for part in PARTS},
    "faults": {case.row for case in EVERY},
    "bench": set(ROWS),
}
HEADINGS = {"regret", "---"}
MARKS = {"drilled", "static", "yours"}
COMMAND = re.compile(r"`(?:TOPOLOGY=ha )?make ([a-z-]+)((?: [A-Z]+=(?:\"[^\"]+\"|\S+))*)`")


def _rows(page: str) -> list[list[str]]:
    """The cells of each row, without the headings of tables and the lines under them."""
    lines = [line for line in page.splitlines() if line.startswith("|")]
    return [cells for line in lines if (cells := [cell.strip() for cell in line[1:-1].split("|")])[0] not in HEADINGS]


def _wrong_with(cells: list[str]) -> Iterator[str]:
    if len(cells) != 4 or not all(cells):
        yield "has not four cells"
        return
    _, _, command, mark = cells
    if mark not in MARKS:
        yield f"is marked {mark}"
    found = COMMAND.fullmatch(command)
    if found is None:
        yield "has not one command"
        return
    target, given = found.groups()
    if target not in TARGETS:
        yield f"make {target} is not there"
    settings = dict(re.findall(r"([A-Z]+)=(\"[^\"]+\"|\S+)", given))
    if target in ONLY and "ONLY" in settings and settings["ONLY"] not in ONLY[target]:
        yield f"make {target} has no {settings['ONLY']}"
    words = settings.get("CASE", "").strip('"')
    if words and not any(words in case.name for case in EVERY if case.row == settings.get("ONLY")):
        yield f"no case is named {words}"


def test_every_regret_has_a_command_that_is_there_and_says_how_much_it_shows() -> None:
    rows = _rows((ROOT / "docs" / "regrets.md").read_text())

    wrong = {cells[0]: found for cells in rows if (found := list(_wrong_with(cells)))}

    assert len(rows) >= 15
    assert {cells[3] for cells in rows} == MARKS
    assert wrong == {}


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("| a | b | `make faults ONLY=F3` | drilled in parts |", "is marked drilled in parts"),
        ("| a | b | `make wishes` | drilled |", "make wishes is not there"),
        ("| a | b | `make faults ONLY=F77` | drilled |", "make faults has no F77"),
        ("| a | b | `make test ONLY=hopes` | static |", "make test has no hopes"),
        ('| a | b | `make faults ONLY=F11 CASE="fourth place"` | drilled |', "no case is named fourth place"),
        ("| a | b | `tests/deploy/compose` | static |", "has not one command"),
        ("| a | b |  | drilled |", "has not four cells"),
    ],
)
def test_a_row_that_shows_nothing_is_found(row: str, sentence: str) -> None:
    [cells] = _rows(row)

    assert list(_wrong_with(cells)) == [sentence]
