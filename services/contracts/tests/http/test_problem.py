"""One failure shape, in the reader's language."""

from __future__ import annotations

import pytest

from salon_contracts.http import problem
from salon_contracts.http.problem import Problem, language_of

pytestmark = pytest.mark.unit

KINDS = [kind for kind in vars(problem).values() if isinstance(kind, type) and issubclass(kind, Problem)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_problem_has_the_members_of_rfc_9457_and_a_code(kind: type[Problem]) -> None:
    body = kind("why", retry_after_seconds=3).body(language="en", instance="/api/v1/salons")

    assert {"type", "title", "status", "code", "detail", "instance"} <= body.keys()
    assert body["type"].endswith(body["code"])
    assert 400 <= body["status"] < 600


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_problem_speaks_korean_and_english(kind: type[Problem]) -> None:
    korean, english = kind().body(language="ko")["title"], kind().body(language="en")["title"]

    assert any("가" <= letter <= "힣" for letter in korean)
    assert english.isascii()


def test_codes_are_never_shared() -> None:
    codes = [kind.code for kind in KINDS]

    # Problem itself is the base and answers for a plain 400.
    assert len(set(codes)) == len(codes)


def test_facts_cannot_overwrite_the_status() -> None:
    body = problem.NotFound(status=200, what="room").body()

    assert body["status"] == 404
    assert body["what"] == "room"


def test_a_wait_becomes_the_retry_after_header() -> None:
    assert problem.RateLimited(retry_after_seconds=7).headers() == {"Retry-After": "7"}
    assert problem.NotFound().headers() == {}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "ko"),
        ("", "ko"),
        ("en", "en"),
        ("en-GB,ko;q=0.5", "en"),
        ("ko-KR,en;q=0.9", "ko"),
        ("fr,en;q=0.8", "en"),
        ("*", "ko"),
    ],
)
def test_the_language_is_the_first_of_ours_that_is_asked_for(header: str | None, language: str) -> None:
    assert language_of(header) == language
