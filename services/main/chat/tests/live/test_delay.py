"""How late a message is counts from its sending, and only for messages that somebody could have waited for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY

from chat.history.messages import Message, from_event
from chat.live.log_end import Live
from salon_contracts.events.chat import ChatMessageSentV1, Cursor
from salon_contracts.stores.chat_history import partition_of

pytestmark = pytest.mark.unit

ROOM = uuid4()
PARTITION = partition_of(str(ROOM))


def _message(offset: int, *, age: timedelta, room: UUID = ROOM) -> Message:
    event = ChatMessageSentV1(
        trace_id="t" * 16,
        room_id=room,
        sender_id=1,
        client_message_id=uuid4(),
        text="hello",
        occurred_at=datetime.now(UTC) - age,
    )
    return from_event(event, cursor=Cursor(1, offset), partition=PARTITION)


def _counted() -> tuple[float, float]:
    """How many messages, and how many of those within a second."""
    whole = REGISTRY.get_sample_value("main_chat_delay_seconds_count") or 0
    soon = REGISTRY.get_sample_value("main_chat_delay_seconds_bucket", {"le": "1.0"}) or 0
    return whole, soon


def test_only_what_came_after_the_start_counts_and_by_when_it_was_sent() -> None:
    live = Live(epoch=1)
    live.begin({PARTITION: (0, 5)})
    whole, soon = _counted()

    live.take_in([_message(3, age=timedelta(hours=5))], {PARTITION: 4})
    assert _counted() == (whole, soon)

    live.take_in([_message(5, age=timedelta(0)), _message(6, age=timedelta(seconds=3))], {PARTITION: 7})
    assert _counted() == (whole + 2, soon + 1)
