"""What a runbook says is to be done, so that whoever reads an alert has it without the repository."""

from __future__ import annotations

from pathlib import Path

RUNBOOKS = Path(__file__).parents[3] / "docs" / "runbooks"
_SECTION = "\n## Do\n"


def what_to_do(alert: str) -> str:
    """The section of its page. Raises FileNotFoundError, and ValueError where the page has no such section."""
    page = (RUNBOOKS / f"{alert}.md").read_text(encoding="utf-8")
    _, found, after = page.partition(_SECTION)
    text = after.partition("\n## ")[0].strip()
    if not found or not text:
        raise ValueError(f"{alert}.md does not say what to do")
    return text
