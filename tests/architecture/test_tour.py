"""The README takes a stranger through the tree; every place it names is there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    *("README.md", "CONTRIBUTING.md", "services/queue/README.md"),
    *(
        f"docs/{name}.md"
        for name in ("architecture", "api", "locking", "faults", "benchmarks", "rehearsal", "redis-keys", "regrets")
    ),
]
# A path in back-quotes: with a slash or a known ending, and no placeholder in it.
PATH = re.compile(r"`([A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.*-]+)+/?|[A-Za-z0-9_-]+\.(?:md|yml|toml|lock))`")


def _named_paths(page: str) -> list[str]:
    found = PATH.findall((ROOT / page).read_text())
    return [path for path in found if not path.startswith((".local/", "application/"))]


def test_the_tour_names_places() -> None:
    assert len(_named_paths("README.md")) >= 10


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_a_page_names_exists(page: str) -> None:
    # A page may speak of its own folder's files by their short names.
    folders = (ROOT, (ROOT / page).parent)
    missing = [
        path for path in _named_paths(page) if not any(list(folder.glob(path.rstrip("/"))) for folder in folders)
    ]

    assert missing == []


def test_every_decision_is_numbered_once_and_listed() -> None:
    pages = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text()

    numbers = [name[:4] for name in pages]
    assert numbers == [f"{n:04}" for n in range(1, len(pages) + 1)]
    assert [name for name in pages if name not in listed] == []


def test_no_registry_and_no_path_of_one_machine_is_written_down() -> None:
    # Split, so that this file does not find itself.
    registries = ["pypi." + "org", "registry." + "npmjs", "deb." + "debian", "repo1." + "maven", "proxy." + "golang"]
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    tracked = [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]

    assert tracked
    for path in tracked:
        text = path.read_text(errors="replace")
        assert [name for name in registries if name in text] == [], path
        assert str(ROOT) + "/" not in text, path
