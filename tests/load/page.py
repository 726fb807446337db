"""The page."""
from pathlib import Path
from typing import Any


def write(path: Path, report: dict[str, Any]) -> None:
    pass
