"""Why a sign-in through a provider was not believed: nobody who brings it learns that, and the log always does."""

from __future__ import annotations

import re
from pathlib import Path

SOCIAL = Path(__file__).parents[2] / "social"


def test_nothing_is_refused_as_unproved_without_a_line_in_the_log() -> None:
    """`unproved` writes the line and makes the refusal; nobody else makes one."""
    made = re.compile(r"raise UnprovedIdentity|UnprovedIdentity\(\)|else UnprovedIdentity")
    makers = {
        (path.relative_to(SOCIAL).as_posix(), line.strip())
        for path in SOCIAL.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if made.search(line)
    }

    assert makers == {("errors.py", "return UnprovedIdentity()")}
