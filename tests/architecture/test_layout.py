"""Small files, small functions, folders that one can look over: what docs/decisions says of the layout."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = {".py", ".ts", ".tsx", ".lua", ".sh", ".envsh"}
FILES_OF_A_FOLDER = 12
LINES_OF_A_MODULE = 250
LINES_OF_A_FUNCTION = 40
# Not written by hand.
MADE = re.compile(r"/migrations/|/generated/|\.lock$")


def _sources(*folders: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", *folders], cwd=ROOT, capture_output=True, check=True).stdout
    paths = [ROOT / name for name in listed.decode().split("\0") if name and not MADE.search(name)]
    return [path for path in paths if path.suffix in SOURCES and path.is_file()]


PRODUCT = [path for path in _sources("services", "deploy") if "tests" not in path.parts]
EVERYTHING = _sources("services", "deploy", "tests")


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_module_is_longer_than_one_can_keep_in_mind() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in EVERYTHING
        if (lines := len(path.read_text().splitlines())) > LINES_OF_A_MODULE
    }

    assert long == {}


def test_no_function_is_longer_than_a_page() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}"
        for path in EVERYTHING
        if path.suffix == ".py"
        for function in _functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > LINES_OF_A_FUNCTION
    ]

    assert long == []


def _parts_of_lua(script: str) -> Iterator[tuple[str, int]]:
    """Lines of code of each function, and of what stands outside of them all."""
    lines = [line for line in script.splitlines() if line.strip() and not line.lstrip().startswith("--")]
    outside, name, length = 0, "", 0
    for line in lines:
        if line.startswith(("local function ", "function ")):
            name, length = line.split("(")[0], 0
        length, outside = (length + 1, outside) if name else (length, outside + 1)
        if name and line == "end":
            yield name, length
            name = ""
    yield "outside of functions", outside


def test_no_step_in_lua_is_longer_than_a_page() -> None:
    long = [
        f"{path.relative_to(ROOT)} {part}: {lines}"
        for path in EVERYTHING
        if path.suffix == ".lua"
        for part, lines in _parts_of_lua(path.read_text())
        if lines > LINES_OF_A_FUNCTION
    ]

    assert long == []


def test_no_shell_script_is_longer_than_a_page() -> None:
    """Whatever needs more is a program, and Python has tests."""
    shell = [path for path in EVERYTHING if path.suffix in {".sh", ".envsh"}]

    assert len(shell) >= 4
    assert [str(path) for path in shell if len(path.read_text().splitlines()) > LINES_OF_A_FUNCTION] == []


def test_the_linter_of_the_page_has_the_same_limits() -> None:
    """Functions in TypeScript are counted by it, which knows them; tests are lists of cases and may be longer."""
    linter = (ROOT / "services" / "web" / "biome.jsonc").read_text()

    assert (
        f'"noExcessiveLinesPerFunction": {{ "level": "error", "options": {{ "maxLines": {LINES_OF_A_FUNCTION} }} }}'
        in linter
    )


def test_a_long_step_in_lua_is_found() -> None:
    script = "local a = 1\n-- why\nlocal function f(x)\n" + "  g(x)\n" * 40 + "end\nreturn f(a)\n"

    assert list(_parts_of_lua(script)) == [("local function f", 42), ("outside of functions", 2)]


def test_a_folder_holds_about_a_dozen_files_or_says_why_it_holds_more() -> None:
    files: dict[Path, int] = defaultdict(int)
    for path in EVERYTHING:
        if path.name != "__init__.py":
            files[path.parent] += 1

    overfull = [
        str(folder.relative_to(ROOT))
        for folder, count in files.items()
        if count > FILES_OF_A_FOLDER and not _gives_reason(folder)
    ]
    assert overfull == []


def _gives_reason(folder: Path) -> bool:
    """A line `More than a dozen files: …` in the folder's own description."""
    descriptions = [folder / "__init__.py", folder / "README.md"]
    return any("More than a dozen files:" in path.read_text() for path in descriptions if path.exists())


@pytest.mark.parametrize("name", ["edge", "jobs", "utils", "common", "core", "helpers", "misc", "shared_code"])
def test_no_drawer_came_back(name: str) -> None:
    drawers = {path.parent for path in PRODUCT if path.parent.name == name}

    assert drawers == set()
