"""The Lua files of the line, each with the names that prelude.lua gives to its keys."""

from __future__ import annotations

from pathlib import Path

from salon_kit.redis.script import Script

_SCRIPTS = Path(__file__).parents[1]
_PRELUDE = (_SCRIPTS / "shared" / "prelude.lua").read_text()


def line_script(name: str) -> Script:
    """A script about one line: it gets that line's keys (`line_keys`) under the names that prelude.lua gives them."""
    return Script(_PRELUDE + (_SCRIPTS / f"{name}.lua").read_text(), name=name)
