"""What the store promises, on the real server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from fakes import message
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from chat_worker.batch import Entry, sort_out
from chat_worker.message_store import MessageStore, StoreUnavailable

ROOM = uuid4()


class Commands(CommandListener):
    """What really goes over the wire."""

    def __init__(self) -> None:
        self.started_commands: list[Any] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.started_commands.append(event.command)

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture
def store(mongodb_url: str, database: Database[dict[str, object]], commands: Commands) -> Iterator[MessageStore]:
    client: MongoClient[dict[str, Any]] = MongoClient(mongodb_url, event_listeners=[commands])
    yield MessageStore(client)
    client.close()


def entries(*texts: str, start: int = 0) -> dict[str, Entry]:
    return sort_out([message(ROOM, text, offset=start + n) for n, text in enumerate(texts)], epoch=1).entries


def test_a_batch_is_written_in_any_order_and_for_a_majority(store: MessageStore, commands: Commands) -> None:
    written = store.add(entries("a", "b"))

    (insert,) = [command for command in commands.started_commands if "insert" in command]
    assert insert["ordered"] is False
    assert insert["writeConcern"]["w"] == "majority"
    assert written.stored == 2


def test_the_same_batch_again_changes_nothing(store: MessageStore, messages: Collection[dict[str, object]]) -> None:
    batch = entries("a", "b")
    store.add(batch)
    before = list(messages.find())

    written = store.add(batch)

    assert (written.stored, written.copies, written.reused) == (0, 2, [])
    assert list(messages.find()) == before


def test_what_is_new_is_stored_beside_what_was_there(
    store: MessageStore, messages: Collection[dict[str, object]]
) -> None:
    old, new = entries("a", "c"), entries("b", "d", start=10)
    store.add(old)

    mixed = dict(sorted({**old, **new}.items(), key=lambda item: str(item[1].document["text"])))
    written = store.add(mixed)

    assert (written.stored, written.copies) == (2, 2)
    assert sorted(str(d["text"]) for d in messages.find()) == ["a", "b", "c", "d"]


def test_other_words_under_a_stored_name_do_not_replace_it(
    store: MessageStore, messages: Collection[dict[str, object]]
) -> None:
    name = uuid4()
    store.add(sort_out([message(ROOM, "the message", offset=1, name=name)], epoch=1).entries)

    other = sort_out([message(ROOM, "other words", offset=2, name=name)], epoch=1).entries
    written = store.add(other)

    assert written.reused == list(other.values())
    assert [d["text"] for d in messages.find()] == ["the message"]


def test_a_refusal_that_is_not_a_copy_is_no_success(
    store: MessageStore, messages: Collection[dict[str, object]]
) -> None:
    messages.create_index([("text", 1)], unique=True)
    store.add(entries("taken"))

    with pytest.raises(StoreUnavailable):
        store.add(entries("taken", start=5))


def test_history_stands_on_an_index_of_room_epoch_and_offset(
    store: MessageStore, messages: Collection[dict[str, object]]
) -> None:
    store.prepare()
    store.prepare()

    keys = [[tuple(part) for part in index["key"]] for index in messages.index_information().values()]
    assert [("room_id", 1), ("epoch", 1), ("offset", 1)] in keys


def test_a_store_that_is_away_is_unavailable() -> None:
    client: MongoClient[dict[str, Any]] = MongoClient("mongodb://127.0.0.1:9/nowhere", serverSelectionTimeoutMS=300)

    with client, pytest.raises(StoreUnavailable):
        MessageStore(client).add(entries("a"))
