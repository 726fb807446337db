"""What must have become of a thrown record is decided by the contracts alone."""

from __future__ import annotations

import json

from salon_contracts.events import topics
from salon_contracts.events.chat import ChatMessageSentV1
from salon_kit.testing.any_record import Thrown
from tests.faults.clients.thrown_records import Landed, forgotten, is_unfit, sample_of

CHAT = topics.CHAT_MESSAGES.name
SAMPLE = sample_of(ChatMessageSentV1)
KEY = SAMPLE["room_id"].encode()


def landed(value: bytes | None, *, key: bytes | None = KEY, offset: int = 7, topic: str = CHAT) -> Landed:
    return Landed(topic, 0, offset, Thrown(value, key))


def test_a_message_is_fit_under_the_key_of_its_room_only() -> None:
    good = json.dumps(SAMPLE).encode()

    assert not is_unfit(landed(good))
    assert is_unfit(landed(good, key=b"elsewhere"))
    assert is_unfit(landed(good, key=None))


def test_absurd_values_and_no_records_at_all_are_unfit_and_what_comes_tomorrow_is_not() -> None:
    assert is_unfit(landed(json.dumps({**SAMPLE, "sender_id": 2**70}).encode()))
    assert is_unfit(landed(json.dumps({**SAMPLE, "occurred_at": "0001-01-01T00:00:00+23:59"}).encode()))
    assert is_unfit(landed(None))
    assert not is_unfit(landed(b'{"type": "chat.message-sung.v9"}'))


def test_what_was_not_set_aside_is_told() -> None:
    thrown = [landed(None, offset=1), landed(b"\xff", offset=2), landed(json.dumps(SAMPLE).encode(), offset=3)]

    missing = list(forgotten(thrown, {CHAT: {(CHAT, 0, 1)}}))

    assert len(missing) == 1
    assert missing[0].startswith(f"{CHAT}/0@2 is neither applied nor set aside")


def test_a_topic_that_keeps_nothing_aside_is_not_asked() -> None:
    assert list(forgotten([landed(None, topic=topics.COUPON_EVENTS.name)], {CHAT: set()})) == []
