"""Where a setting was read, and how to read it again."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from salon_kit.settings.refusal import Fault, SettingsRefused


@dataclass(frozen=True)
class Origin:
    """`where` is a variable, the path of a file or that of a parameter. None for what cannot be read again."""

    kind: str
    where: str
    read_again: Callable[[], str] | None = field(default=None, compare=False, repr=False)
    stamp: Callable[[], object] | None = field(default=None, compare=False, repr=False)
    """Changes when what is there does; asking costs little. None where only reading tells."""

    def __str__(self) -> str:
        return f"{self.kind} {self.where}".strip()


DEFAULT = Origin("default", "")


def of_variable(name: str) -> Origin:
    return Origin("environment", name)


def of_file(path: Path) -> Origin:
    return Origin("file", str(path), read_again=lambda: text_of(path), stamp=lambda: _stamp(path))


def text_of(path: Path, *, may_be_empty: bool = False) -> str:
    """Without the line end that editors put there. Raises SettingsRefused."""
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, str(error)) from None
    if not text and not may_be_empty:
        raise _unreadable(path, f"{path} is empty")
    return text


def _unreadable(path: Path, why: str) -> SettingsRefused:
    return SettingsRefused([Fault(f"the file {path}", f"the setting cannot be read: {why}", "write the file")])


def _stamp(path: Path) -> tuple[int, int, int]:
    found = os.stat(path)
    return found.st_mtime_ns, found.st_size, found.st_ino
