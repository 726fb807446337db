"""A trace is bound where work enters and read where it is written down: nothing between carries it by hand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

MAIN = Path(__file__).parents[2] / "services" / "main"


def _parameters_of(source: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
                yield one.arg, one.lineno


def _carries_a_trace(source: str) -> list[int]:
    return [line for name, line in _parameters_of(source) if name == "trace_id"]


def test_no_function_of_main_takes_a_trace_id() -> None:
    product = (path for path in MAIN.rglob("*.py") if not {"tests", "migrations"} & set(path.parts))

    carrying = {str(path.relative_to(MAIN)): lines for path in product if (lines := _carries_a_trace(path.read_text()))}

    assert carrying == {}


def test_one_that_takes_it_would_be_found() -> None:
    assert _carries_a_trace("def rule(*, now, trace_id): ...\nasync def other(trace_id): ...") == [1, 2]
