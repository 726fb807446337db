"""History in MongoDB. Insert-only, majority, and the same record twice is one document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from pymongo import ASCENDING, MongoClient, WriteConcern
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError, PyMongoError

from chat_worker.batch import Entry
from salon_contracts.events.reading import plain
from salon_contracts.stores import chat_history
from salon_contracts.stores.chat_history import StoredEpoch, StoredMessage, same_message
from salon_kit.kafka.consumer_loop import NotNow
from salon_kit.spans.mongodb import listeners

Document = dict[str, Any]

DUPLICATE_KEY = 11000
# BadValue, FailedToParse, TypeMismatch, InvalidBSON, DocumentValidationFailure, BSONObjectTooLarge, a key too long for
# an index: about the document, so they come again with it. Any other error is about the server.
ABOUT_THE_DOCUMENT = frozenset({2, 9, 14, 22, 121, 10334, 17280})


class StoreUnavailable(NotNow):
    """Nothing is certain about this write: do not commit, come again later."""


class EpochRefused(Exception):
    """Cursors under this epoch would not mean what they meant before."""


class Written(NamedTuple):
    """What became of a batch: `stored` are new, `copies` were there, `reused` carry a taken name and other words.

    `refused` are documents that the server will never take, with what it said.
    """

    stored: int
    copies: int
    reused: list[Entry]
    refused: list[tuple[Entry, str]] = []  # nobody adds to it


class MessageStore:
    """The collections `messages` and `epochs`. The chat-worker is their only writer."""

    def __init__(self, client: MongoClient[Document]) -> None:
        database = client.get_default_database()
        majority: WriteConcern = WriteConcern(w="majority", wtimeout=10_000)
        messages = database.get_collection(chat_history.MESSAGES, write_concern=majority)
        epochs = database.get_collection(chat_history.EPOCHS, write_concern=majority)
        self._messages = cast("Collection[StoredMessage]", messages)
        self._epochs = cast("Collection[StoredEpoch]", epochs)

    @classmethod
    def connect(cls, url: str) -> MessageStore:
        # Bounded waits, well below the age at which the heartbeat counts as stuck.
        client: MongoClient[Document] = MongoClient(
            url,
            serverSelectionTimeoutMS=3_000,
            connectTimeoutMS=3_000,
            socketTimeoutMS=12_000,
            event_listeners=listeners(),
        )
        return cls(client)

    def prepare(self) -> None:
        """Make the index that history pages, resume and read pointers stand on."""
        self._messages.create_index([(name, ASCENDING) for name in chat_history.LOG_ORDER])

    def hold_epoch(self, *, epoch: int, topic_id: str) -> None:
        """Tie this epoch to this very topic.

        Raises:
            EpochRefused: the topic was rebuilt (offsets began again at 0), or a later epoch has begun.
        """
        try:
            self._epochs.insert_one({"_id": epoch, "topic_id": topic_id})
        except DuplicateKeyError:
            known = self._epochs.find_one(chat_history.with_id(epoch))
            if known is None or known["topic_id"] != topic_id:
                raise EpochRefused(
                    f"chat-messages is not the topic that epoch {epoch} began with: raise CHAT_EPOCH"
                ) from None
        if self._epochs.find_one(chat_history.later_than_epoch(epoch)) is not None:
            raise EpochRefused(f"epoch {epoch} is over, a later one is in use: raise CHAT_EPOCH")

    def add(self, entries: Mapping[str, Entry]) -> Written:
        """Write a batch, by `_id`.

        Raises:
            StoreUnavailable: a write, or its durability, is not certain. All of it may be written again.
        """
        if not entries:
            return Written(stored=0, copies=0, reused=[])
        try:
            self._messages.insert_many([entry.document for entry in entries.values()], ordered=False)
        except BulkWriteError as error:
            taken, refused = _sorted_faults(error, list(entries))
            try:
                return self._compare(entries, taken, refused)
            except PyMongoError as unreadable:
                raise StoreUnavailable(str(unreadable)) from unreadable
        except PyMongoError as error:
            raise StoreUnavailable(str(error)) from error
        return Written(stored=len(entries), copies=0, reused=[])

    def _compare(self, entries: Mapping[str, Entry], taken: list[str], refused: Mapping[str, str]) -> Written:
        stored = {
            document["_id"]: document
            for document in self._messages.find(chat_history.with_ids(taken), chat_history.CONTENT_FIELDS)
        }
        if missing := set(taken) - set(stored):
            raise StoreUnavailable(f"{len(missing)} documents are refused as duplicates and cannot be found")
        reused = [entries[key] for key in taken if not same_message(stored[key], entries[key].document)]
        return Written(
            stored=len(entries) - len(taken) - len(refused),
            copies=len(taken) - len(reused),
            reused=reused,
            refused=[(entries[key], reason) for key, reason in refused.items()],
        )


def _sorted_faults(error: BulkWriteError, ids: list[str]) -> tuple[list[str], dict[str, str]]:
    """The `_id`s that were there already, and those that can never be. Raises StoreUnavailable for anything else."""
    details = error.details
    if details.get("writeConcernErrors"):
        raise StoreUnavailable("the write is not durable on a majority") from error
    taken: list[str] = []
    refused: dict[str, str] = {}
    for fault in details.get("writeErrors", []):
        key, code = ids[fault["index"]], fault["code"]
        if code == DUPLICATE_KEY:
            taken.append(key)
        elif code in ABOUT_THE_DOCUMENT:
            refused[key] = plain(f"MongoDB refuses it ({code}): {fault.get('errmsg', '')}")
        else:
            raise StoreUnavailable(f"write error {code}") from error
    return taken, refused
