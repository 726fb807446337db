"""Names are the field's own: whoever knows the trade reads them without a key. See docs/decisions/0019.

A sentence may say what it likes: the name of a test or of a checker, four words or more, is one.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_OF_THE_FIELD = frozenset({"knock", "knocks", "desk", "wire", "wires", "reign", "patience", "postman", "deposed"})
# Each stood for several of: log, raise, publish, send, receive, format, translate, convert, count.
SAID_TOO_MUCH = frozenset({"tell", "tells", "told", "say", "says", "said", "hear", "hears", "heard", "news"})
PLACES = frozenset({"door", "doors", "crowd", "crowds"})  # an endpoint, a client; customers
WORDS_OF_A_SENTENCE = 4


def _sources(folder: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", folder], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name.endswith(".py") and (ROOT / name).is_file()]


def _words(name: str) -> list[str]:
    return [word.lower() for word in re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).split("_") if word]


def _names(source: str) -> Iterator[str]:
    """What is defined: functions, classes, parameters, variables and attributes. What others named does not count."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def _private_names(source: str, *, banned: frozenset[str]) -> set[str]:
    named = {name: _words(name) for name in _names(source)}
    return {name for name, words in named.items() if len(words) < WORDS_OF_A_SENTENCE and banned & set(words)}


@pytest.mark.parametrize(
    ("folder", "banned"),
    [
        ("services", NOT_OF_THE_FIELD | SAID_TOO_MUCH | PLACES),
        ("deploy", NOT_OF_THE_FIELD | PLACES | {"tell", "tells", "told", "said", "heard", "news"}),
        ("tests", NOT_OF_THE_FIELD - {"patience"}),
    ],
)
def test_no_name_is_of_a_language_of_our_own(folder: str, banned: frozenset[str]) -> None:
    private = {
        str(path.relative_to(ROOT)): names
        for path in _sources(folder)
        if (names := _private_names(path.read_text(), banned=banned))
    }

    assert private == {}


@pytest.mark.parametrize("folder", ["services", "deploy"])
def test_no_file_is_named_in_a_language_of_our_own(folder: str) -> None:
    banned = NOT_OF_THE_FIELD | SAID_TOO_MUCH | PLACES
    named = {path for path in _sources(folder) if not path.name.startswith("test_") and banned & set(_words(path.stem))}

    assert named == set()


def test_a_private_name_is_found_and_a_sentence_is_not() -> None:
    source = """
class JoinDoor:
    def tell(self, crowd): self.news = crowd
def test_who_is_told_first(): ...
def as_many_told_as_there_are_coupons(): ...
file.tell()
"""

    found = _private_names(source, banned=NOT_OF_THE_FIELD | SAID_TOO_MUCH | PLACES)

    assert found == {"JoinDoor", "tell", "crowd", "news"}
