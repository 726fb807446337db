"""The document that the chat-worker writes is the one that main reads, whoever sends the message how often."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_type_hints
from uuid import UUID

import pytest

from salon_contracts.events.chat import ChatMessageSentV1, Cursor
from salon_contracts.stores import chat_history
from salon_contracts.stores.chat_history import StoredMessage, document_of, id_of, partition_of, same_message

pytestmark = pytest.mark.unit

ROOM, NAME = "0f8fad5b-d9cb-469f-a165-70867728950e", "7c9e6679-7425-40de-944b-e07fc1f90ae7"


def sent(text: str = "안녕하세요") -> ChatMessageSentV1:
    return ChatMessageSentV1(
        trace_id="t" * 8,
        occurred_at=datetime(2026, 5, 1, 9, 0, 0, 123_456, tzinfo=UTC),
        room_id=UUID(ROOM),
        sender_id=7,
        client_message_id=UUID(NAME),
        text=text,
    )


def test_a_stored_message_has_all_that_main_shows_and_where_it_stands_in_the_log() -> None:
    document = document_of(sent(), partition=3, cursor=Cursor(2, 4711))

    assert document == {
        "_id": f"{ROOM}:7:{NAME}",
        "room_id": ROOM,
        "epoch": 2,
        "offset": 4711,
        "partition": 3,
        "sender_id": 7,
        "client_message_id": NAME,
        "text": "안녕하세요",
        "sent_at": datetime(2026, 5, 1, 9, 0, 0, 123_000, tzinfo=UTC),
        "trace_id": "t" * 8,
    }
    assert set(document) == set(get_type_hints(StoredMessage))


def test_a_resend_has_the_same_id_and_other_words_under_it_are_another_message() -> None:
    first = document_of(sent(), partition=3, cursor=Cursor(1, 10))
    again = document_of(sent(), partition=3, cursor=Cursor(1, 99))
    other = document_of(sent("다른 말"), partition=3, cursor=Cursor(1, 100))

    assert first["_id"] == again["_id"] == other["_id"] == id_of(room_id=ROOM, sender_id=7, client_message_id=NAME)
    assert same_message(first, again)
    assert not same_message(first, other)


@pytest.mark.parametrize(("key", "crc"), [("123456789", 0xCBF43926), ("", 0)])
def test_a_rooms_partition_is_the_crc_32_of_its_key(key: str, crc: int) -> None:
    assert partition_of(key) == crc % chat_history.PARTITIONS


def test_filters_and_the_index_name_only_fields_that_the_document_has() -> None:
    fields = set(get_type_hints(StoredMessage))
    filters = [
        chat_history.with_id("x"),
        chat_history.with_ids(["x"]),
        chat_history.in_room(ROOM, epoch=1),
        chat_history.in_room_between(ROOM, epoch=1, low=0, high=9),
    ]

    assert {name for one in filters for name in one} <= fields
    assert {*chat_history.LOG_ORDER, *chat_history.CONTENT_FIELDS, chat_history.OFFSET} <= fields
