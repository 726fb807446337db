"""`make test` runs every test of the tree, the engine-specific ones on both engines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from deploy.local.develop.testing import PARTS, Part, what_failed
from deploy.local.places import ROOT, WEB


def _runs(part: Part, path: Path) -> bool:
    left_out = [part.folder / word.removeprefix("--ignore=") for word in part.command if word.startswith("--ignore=")]
    is_left_out = any(path.is_relative_to(out) for out in left_out)
    return not is_left_out and any(path.is_relative_to(part.folder / run) for run in part.paths)


def _test_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", "*/test_*.py"], cwd=ROOT, capture_output=True, check=True).stdout
    paths = [Path(name) for name in listed.decode().split("\0") if name]
    return [ROOT / path for path in paths if "tests" in path.parts and (ROOT / path).is_file()]


def test_every_test_file_is_run_by_a_part() -> None:
    parts = [part for part in PARTS if part.folder != WEB]

    assert len(_test_files()) > 100
    assert [str(path) for path in _test_files() if not any(_runs(part, path) for part in parts)] == []


def test_what_a_part_leaves_out_exists_and_is_run_by_another() -> None:
    left_out = [
        (part, part.folder / word.removeprefix("--ignore="))
        for part in PARTS
        for word in part.command
        if word.startswith("--ignore=")
    ]

    for part, path in left_out:
        assert path.exists(), path
        assert any(_runs(other, path) for other in PARTS if other is not part), path


def test_no_two_parts_have_one_name() -> None:
    names = [part.name for part in PARTS]

    assert sorted(names) == sorted(set(names))


def test_the_end_of_a_run_names_the_tests_that_failed_and_what_they_saw(tmp_path: Path) -> None:
    (tmp_path / "test_sums.py").write_text("def test_two_and_two():\n    assert 2 + 2 == 5\n")
    log = tmp_path / "log"
    with log.open("w") as out:
        subprocess.run([sys.executable, "-m", "pytest", "-p", "no:cacheprovider"], cwd=tmp_path, stdout=out)

    shown = what_failed(log)

    assert "test_sums.py::test_two_and_two" in shown
    assert "assert (2 + 2) == 5" in shown
    assert "1 failed in" in shown.splitlines()[-1]
