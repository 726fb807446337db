"""The letters of `chat-messages-dlq`: chat records that the chat-worker could never store, as they were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from salon_contracts.events.topics import CHAT_MESSAGES_DLQ
from salon_kit.kafka.partition_reader import PartitionReader
from salon_kit.kafka.records import Headers, Record

WAIT_SECONDS = 5.0
AT_ONCE = 500
LEFT_AT_ORIGIN = ("value-left-at-origin", "record-left-at-origin")


@dataclass(frozen=True)
class Letter:
    """`record` is what was set aside, at its own place; `is_whole` says whether its content came along."""

    offset: int
    record: Record
    reason: str
    is_whole: bool


def letters(*, brokers: str) -> Iterator[Letter]:
    """All that there are now, the oldest first. Raises KafkaException."""
    topic = CHAT_MESSAGES_DLQ.name
    reader = PartitionReader(brokers=brokers, name="main-dead-letters", when_offsets_are_lost="earliest")
    try:
        for partition in reader.partitions_of(topic):
            position, end = reader.span_of(topic, partition)
            reader.read_from(topic, {partition: position})
            while position < end:
                read = reader.read(wait_seconds=WAIT_SECONDS, limit=AT_ONCE)
                yield from (letter for one in read.records if one.offset < end and (letter := _letter_in(one)))
                position = read.next_offsets.get(partition, position)
    finally:
        reader.close()


def _letter_in(letter: Record) -> Letter | None:
    """None for what is no letter of the chat-worker's. What it wrote stands behind the record's own headers."""
    facts = {name: value or b"" for name, value in letter.headers}
    try:
        topic, reason = facts["topic"].decode(), facts["reason"].decode(errors="replace")
        partition, offset = int(facts["partition"]), int(facts["offset"])
    except (KeyError, ValueError):
        return None
    left = [name for name in LEFT_AT_ORIGIN if name in facts]
    own = len(letter.headers) - len(("reason", "topic", "partition", "offset")) - len(left)
    headers: Headers = letter.headers[:own]
    record = Record(topic, partition, offset, key=letter.key, value=letter.value, headers=headers)
    return Letter(letter.offset, record, reason, is_whole=not left)
