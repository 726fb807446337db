"""What every refusal must look like, wherever it comes from."""

from __future__ import annotations

from tests.harness.api_client import Answer

LONGEST_REFUSAL_BYTES = 4_000


def assert_refused(answer: Answer, *, status: int, code: str) -> None:
    """RFC 9457 with our stable code, and nothing in it that is for our eyes only."""
    assert answer.is_problem, f"{answer.status} {answer.headers.get('Content-Type')} {str(answer.body)[:300]}"
    assert (answer.status, answer.code) == (status, code), answer.body
    assert answer.body["status"] == status
    assert answer.body["title"]
    assert answer.body["type"]
    text = str(answer.body)
    assert len(text) < LONGEST_REFUSAL_BYTES
    assert "Traceback" not in text
    if status in (429, 503):
        assert int(answer.headers["Retry-After"]) >= 1
