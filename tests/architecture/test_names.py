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
PLACES = frozenset({"door", "doors", "edge", "crowd", "crowds"})  # an endpoint, a client; nginx; customers
BANNED = NOT_OF_THE_FIELD | SAID_TOO_MUCH | PLACES
WORDS_OF_A_SENTENCE = 4


def _tracked(folder: str) -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z", folder], cwd=ROOT, capture_output=True, check=True).stdout
    return [name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def _sources(folder: str) -> list[Path]:
    return [ROOT / name for name in _tracked(folder) if name.endswith(".py")]


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
    [("services", BANNED), ("deploy", BANNED - {"say"}), ("tests", BANNED)],  # a console says lines
)
def test_no_name_is_of_a_language_of_our_own(folder: str, banned: frozenset[str]) -> None:
    private = {
        str(path.relative_to(ROOT)): names
        for path in _sources(folder)
        if path.name != Path(__file__).name and (names := _private_names(path.read_text(), banned=banned))
    }

    assert private == {}


# What TypeScript declares: functions, classes, variables and methods. Words of a page for its readers are no names.
DECLARED = re.compile(
    r"\b(?:const|let|function|class|interface|readonly)\s+(\w+)|^ {2}(?:private |async )*(\w+)\(", re.MULTILINE
)


def _private_names_of_typescript(source: str) -> set[str]:
    named = {name: _words(name) for pair in DECLARED.findall(source) for name in pair if name}
    return {name for name, words in named.items() if BANNED & set(words)}


def test_no_name_of_the_page_is_of_a_language_of_our_own() -> None:
    sources = [path for path in _tracked("services/web") if path.endswith((".ts", ".tsx")) and "/i18n/" not in path]
    private = {path: names for path in sources if (names := _private_names_of_typescript((ROOT / path).read_text()))}

    assert len(sources) > 50
    assert private == {}
    assert _private_names_of_typescript("const heard = 1;\n  private told(x) {}\n") == {"heard", "told"}


def test_no_file_is_named_in_a_language_of_our_own() -> None:
    named = {path for path in _tracked(".") if _private_path(path)}

    assert named == set()


def _private_path(path: str) -> bool:
    """The name of a test, or of a page of the decisions, may be a sentence that speaks of who is told."""
    *folders, name = path.split("/")
    words = _words(name.partition(".")[0].replace("-", "_"))
    banned = NOT_OF_THE_FIELD | PLACES if len(words) >= WORDS_OF_A_SENTENCE else BANNED
    return bool(banned & set(words)) or any(BANNED & set(_words(folder.replace("-", "_"))) for folder in folders)


def test_a_private_name_is_found_and_a_sentence_is_not() -> None:
    source = """
class JoinDoor:
    def tell(self, crowd): self.news = crowd
def test_who_is_told_first(): ...
def as_many_told_as_there_are_coupons(): ...
file.tell()
"""

    found = _private_names(source, banned=BANNED)

    assert found == {"JoinDoor", "tell", "crowd", "news"}


@pytest.mark.parametrize(
    "path", ["docs/decisions/0099-a-thin-door-for-joining.md", "tests/faults/crowds/one.py", "tests/bench/doors.py"]
)
def test_a_private_file_name_is_found(path: str) -> None:
    assert _private_path(path)
    assert not _private_path("docs/decisions/0010-admission-before-the-frame.md")
