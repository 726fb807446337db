"""The far sides of the worker's seams, in memory: a partition with a `committed` offset, a store, a letter box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from chat_worker.batch import Entry, Letter, Record, same_message
from chat_worker.dead_letters import DeadLettersUnavailable
from chat_worker.message_store import StoreUnavailable, Written
from chat_worker.source import CommitRefused, OnRevoked
from salon_contracts.chat import ChatMessageSentV1

TOPIC = "chat-messages"


def message(
    room_id: UUID, text: str, *, offset: int = -1, partition: int = 0, sender_id: int = 7, name: UUID | None = None
) -> Record:
    """A readable record, as main writes it."""
    event = ChatMessageSentV1(
        trace_id="t" * 8, room_id=room_id, sender_id=sender_id, client_message_id=name or uuid4(), text=text
    )
    return Record(TOPIC, partition, offset, event.key.encode(), event.to_bytes())


class FakeSource:
    """One consumer group with one member. `log` is what the broker keeps, `committed` what the group has done."""

    def __init__(self) -> None:
        self.log: dict[int, list[Record]] = {}
        self.committed: dict[int, int] = {}
        self.commits: list[dict[int, int]] = []
        self.refuse_commits = 0
        self.revoke_while_taking: set[int] | None = None
        self.revoke_while_idle: set[int] | None = None
        self.idled: list[float] = []
        self.closed = False
        self._position: dict[int, int] = {}
        self._on_revoked: OnRevoked | None = None

    def write(self, *records: Record) -> None:
        for record in records:
            partition = self.log.setdefault(record.partition, [])
            partition.append(record._replace(offset=len(partition)))

    def restart(self) -> None:
        """What a new process sees: reading begins where the group committed."""
        self._position = dict(self.committed)

    def start(self, *, on_revoked: OnRevoked) -> None:
        self._on_revoked = on_revoked

    def take(self, limit: int, *, wait_seconds: float) -> list[Record]:
        if not wait_seconds and self.revoke_while_taking:
            self._revoke(self.revoke_while_taking, lost=False)
            self.revoke_while_taking = None
        taken: list[Record] = []
        for partition, records in self.log.items():
            start = self._position.get(partition, 0)
            new = records[start : start + limit - len(taken)]
            self._position[partition] = start + len(new)
            taken.extend(new)
        return taken

    def commit(self, next_offsets: Mapping[int, int]) -> None:
        if self.refuse_commits:
            self.refuse_commits -= 1
            raise CommitRefused("rebalancing")
        self.commits.append(dict(next_offsets))
        self.committed.update(next_offsets)

    def idle(self, seconds: float) -> list[Record]:
        self.idled.append(seconds)
        if self.revoke_while_idle:
            self._revoke(self.revoke_while_idle, lost=False)
            self.revoke_while_idle = None
        return []

    def lag(self) -> dict[int, int]:
        return {partition: len(records) - self._position.get(partition, 0) for partition, records in self.log.items()}

    def close(self) -> None:
        self.closed = True

    def lose(self, partitions: set[int]) -> None:
        self._revoke(partitions, lost=True)

    def _revoke(self, partitions: set[int], *, lost: bool) -> None:
        assert self._on_revoked is not None
        self._on_revoked(partitions, lost=lost)
        for partition in partitions:
            self.log.pop(partition)


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


class FakeDeadLetters:
    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.down_for = 0

    def put(self, letters: Sequence[Letter], *, sent: set[tuple[int, int]]) -> None:
        for letter in letters:
            place = (letter.record.partition, letter.record.offset)
            if place in sent:
                continue
            if self.down_for:
                self.down_for -= 1
                raise DeadLettersUnavailable("out")
            self.letters.append(letter)
            sent.add(place)
