"""A refusal's `code` is what clients decide by: each belongs to exactly one class, whichever service says it."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

SERVICES = Path(__file__).parents[2] / "services"


def _codes_in(source: str) -> Iterator[tuple[str, str]]:
    """Each class with a `code` of its own, and the code."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and node.bases:
            for line in node.body:
                if (
                    isinstance(line, ast.Assign | ast.AnnAssign)
                    and isinstance(line.value, ast.Constant)
                    and isinstance(line.value.value, str)
                    and ast.unparse(line.targets[0] if isinstance(line, ast.Assign) else line.target) == "code"
                ):
                    yield line.value.value, node.name


def _classes_by_code() -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in SERVICES.rglob("*.py"):
        if not {"tests", "migrations", "node_modules"} & set(path.parts):
            for code, name in _codes_in(path.read_text()):
                found[code].append(f"{path.relative_to(SERVICES)}: {name}")
    return found


def test_each_code_belongs_to_one_class() -> None:
    found = _classes_by_code()

    assert len(found) > 50
    assert {code: classes for code, classes in found.items() if len(classes) > 1} == {}


def test_a_second_class_with_a_code_would_be_found() -> None:
    source = 'class A(Problem):\n    code = "x"\nclass B(A):\n    code: str = "x"\nclass C(A):\n    status = 3\n'

    assert list(_codes_in(source)) == [("x", "A"), ("x", "B")]
