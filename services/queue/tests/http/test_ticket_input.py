"""What is wrong with the one body that the line accepts is said in the caller's language."""

from __future__ import annotations

import re

import pytest
from starlette.types import Message

from coupon_queue.http.ticket_input import read_ticket_input
from salon_contracts.http.problem import InvalidInput, MalformedRequest

pytestmark = pytest.mark.unit


async def errors_of(raw: bytes, accept_language: str) -> list[dict[str, str]]:
    async def receive() -> Message:
        return {"type": "http.request", "body": raw}

    with pytest.raises(InvalidInput) as caught:
        await read_ticket_input(
            receive, content_type="application/json", accept_language=accept_language, bytes_max=4096
        )
    errors: list[dict[str, str]] = caught.value.body(language="en")["errors"]
    return errors


@pytest.mark.parametrize(
    ("raw", "codes"),
    [
        (b'{"ticket": ""}', {"ticket": "string_too_short"}),
        (b'{"ticket": "%s"}' % (b"x" * 201), {"ticket": "string_too_long"}),
        (b'{"ticket": 7}', {"ticket": "string_type"}),
        (b'{"ticket": [], "number": 1}', {"ticket": "string_type", "number": "extra_forbidden"}),
    ],
)
async def test_what_is_wrong_with_a_ticket_is_said_in_the_callers_language(raw: bytes, codes: dict[str, str]) -> None:
    korean, english = await errors_of(raw, "ko-KR"), await errors_of(raw, "en")

    for errors in (korean, english):
        assert {error["field"]: error["code"] for error in errors} == codes
    assert all(re.search("[가-힣]", error["detail"]) for error in korean)
    assert not any(re.search("[가-힣]|Input should|Extra inputs", error["detail"]) for error in english)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"ticket": "x", "ticket": "y"}',
        b'{"ticket": "x", "\\u0074icket": "y"}',
        b'{"ticket": {"a": 1, "a": 1}}',
        b'{"ticket": NaN}',
        b'{"ticket": 1e400}',
        b'{"ticket": "\xff"}',
        b"\xef\xbb\xbf{}",
        b"[" * 4000,
        b"[]",
        b"null",
        b"{} {}",
    ],
)
async def test_what_is_no_json_object_of_names_that_stand_once_is_malformed(raw: bytes) -> None:
    async def receive() -> Message:
        return {"type": "http.request", "body": raw}

    with pytest.raises(MalformedRequest):
        await read_ticket_input(receive, content_type="application/json", accept_language="en", bytes_max=4096)
