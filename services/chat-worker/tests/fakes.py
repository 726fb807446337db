"""The far sides of the worker's seams, in memory: a store. The log and the shelf are salon_kit's."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid4

from chat_worker.batch import Entry
from chat_worker.message_store import StoreUnavailable, Written
from salon_contracts.events.chat import ChatMessageSentV1
from salon_contracts.events.topics import CHAT_MESSAGES
from salon_contracts.stores.chat_history import same_message
from salon_kit.kafka.records import Record

TOPIC = CHAT_MESSAGES.name


def message(
    room_id: UUID, text: str, *, offset: int = -1, partition: int = 0, sender_id: int = 7, name: UUID | None = None
) -> Record:
    """A readable record, as main writes it."""
    event = ChatMessageSentV1(
        trace_id="t" * 8, room_id=room_id, sender_id=sender_id, client_message_id=name or uuid4(), text=text
    )
    return Record(TOPIC, partition, offset, event.key.encode(), event.to_bytes())


class FakeStore:
    """A store that can be out for the next `down_for` writes; with `half_done`, the write was made all the same."""

    def __init__(self) -> None:
        self.documents: dict[str, Entry] = {}
        self.down_for = 0
        self.half_done = False

    def add(self, entries: Mapping[str, Entry]) -> Written:
        if self.down_for:
            self.down_for -= 1
            if self.half_done:
                self._insert(entries)
            raise StoreUnavailable("out")
        return self._insert(entries)

    def _insert(self, entries: Mapping[str, Entry]) -> Written:
        stored, copies, reused = 0, 0, []
        for key, entry in entries.items():
            if key not in self.documents:
                self.documents[key] = entry
                stored += 1
            elif same_message(self.documents[key].document, entry.document):
                copies += 1
            else:
                reused.append(entry)
        return Written(stored, copies, reused)

    def texts(self) -> list[str]:
        return [entry.document["text"] for entry in self.documents.values()]
