"""What the records of a batch are: messages, copies of messages, or unfit to become one."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from salon_contracts.events.chat import ON_CHAT_MESSAGES, ChatMessageSentV1, Cursor
from salon_contracts.events.reading import UnknownEventType, UnreadableRecord, read_event
from salon_contracts.stores.chat_history import StoredMessage, document_of, same_message
from salon_kit.bounded_lines import BoundedLines
from salon_kit.kafka.records import Record, Unfit
from salon_kit.logs import get_logger
from salon_kit.spans.kafka import line_facts

log = get_logger(__name__)
_lines = BoundedLines(log, logging.WARNING, "event_types_unknown_unlogged")

REUSED = "client-message-id-reused"


class Entry(NamedTuple):
    """A message as it goes into history, and the record it came from."""

    record: Record
    document: StoredMessage


@dataclass
class SortedOut:
    """The same batch, by what must be done: write, set aside, or pass over."""

    entries: dict[str, Entry] = field(default_factory=dict)
    unfit: list[Unfit] = field(default_factory=list)
    copies: int = 0
    unknown: int = 0


def sort_out(records: Iterable[Record], *, epoch: int) -> SortedOut:
    """Read every record. Of several with one `_id` the first is the message: the log is the order."""
    result = SortedOut()
    _lines.look()
    for record in records:
        try:
            event = _read(record)
        except UnreadableRecord as unreadable:
            result.unfit.append(Unfit(record, unreadable.reason))
        except UnknownEventType as unknown:
            result.unknown += 1
            _lines.write(log.warning, "event_type_unknown", event_type=unknown.event_type[:100], **line_facts(record))
        else:
            cursor = Cursor(epoch, record.offset)
            _file(result, record, document_of(event, partition=record.partition, cursor=cursor))
    return result


def _read(record: Record) -> ChatMessageSentV1:
    if record.value is None and record.fault:
        raise UnreadableRecord(record.fault)
    event = read_event(record.value, known=ON_CHAT_MESSAGES)
    # A message in a foreign room's partition has no place in its own room's order.
    if record.key != event.key.encode():
        raise UnreadableRecord("the key is not the room_id")
    return event


def _file(result: SortedOut, record: Record, document: StoredMessage) -> None:
    first = result.entries.setdefault(document["_id"], Entry(record, document))
    if first.record is record:
        return
    if same_message(first.document, document):
        result.copies += 1
    else:
        result.unfit.append(Unfit(record, REUSED))
