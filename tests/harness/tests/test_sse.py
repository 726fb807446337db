"""The stream is read as the HTML standard says."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.harness.sse import ServerSentEvent, events

pytestmark = pytest.mark.unit


async def _lines(text: str) -> AsyncIterator[bytes]:
    for line in text.splitlines(keepends=True):
        yield line.encode()


async def _read(text: str) -> list[ServerSentEvent]:
    return [event async for event in events(_lines(text))]


async def test_an_event_ends_at_an_empty_line() -> None:
    read = await _read('id: 7\nevent: frame\ndata: {"a":1}\n\nevent: place\ndata: {}\n\n')

    assert read == [ServerSentEvent("frame", '{"a":1}', "7"), ServerSentEvent("place", "{}", "7")]


async def test_lines_of_data_are_joined_and_carriage_returns_are_no_part_of_them() -> None:
    assert await _read("data: one\r\ndata:two\r\n\r\n") == [ServerSentEvent("message", "one\ntwo")]


async def test_comments_retry_and_events_without_data_say_nothing() -> None:
    assert await _read(": keep-alive\n\nretry: 500\n\nevent: frame\n\n") == []


async def test_an_event_that_the_stream_broke_off_is_not_given() -> None:
    assert await _read("event: frame\ndata: {") == []
