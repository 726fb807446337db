"""docs/bookings.md says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit
MAIN = Path(__file__).parents[2]
PAGE = MAIN.parents[1] / "docs" / "bookings.md"
_NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def missing(page: str) -> list[str]:
    """Tests that a page names, and that are not there."""
    return [f"{path}::{name}" for path, name in _NAMED.findall(page) if f"def {name}(" not in _text_of(MAIN / path)]


def _text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_every_test_that_the_page_names_is_there() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert len(_NAMED.findall(page)) >= 10
    assert missing(page) == []


def test_a_test_that_is_gone_is_missed() -> None:
    here = "bookings/tests/test_page.py"

    assert missing(f"`{here}::test_nobody_wrote` `{here}::test_a_test_that_is_gone_is_missed`") == [
        f"{here}::test_nobody_wrote"
    ]
