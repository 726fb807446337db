"""What was said before, from MongoDB. The chat-worker is the only writer; this only reads.

Every query has both bounds on the offset. A page is searched in windows of offsets that grow until it is full: not
every engine that speaks MongoDB's protocol can stop a sorted range early, and then the window is what bounds the work.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple, cast

from pymongo import ASCENDING, DESCENDING, MongoClient
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from chat.history.messages import Message, from_document
from chat.history.worker_progress import WorkerProgress, worker_progress
from config.env import env
from salon_contracts.events.chat import Cursor
from salon_contracts.http.problem import DependencyDown
from salon_contracts.stores import chat_history
from salon_contracts.stores.chat_history import StoredMessage, partition_of
from salon_kit.spans.mongodb import listeners

FIRST_WINDOW = 1_000
WINDOW_GROWTH = 4


class HistoryPage(NamedTuple):
    """In log order. `next` continues in the direction of the page: for older ones as `before`, for newer as `after`."""

    messages: list[Message]
    next: Cursor | None


class History:
    """Any thread may use it."""

    def __init__(self, client: MongoClient[dict[str, Any]], *, epoch: int, progress: WorkerProgress) -> None:
        self._client = client
        messages = client.get_default_database()[chat_history.MESSAGES]
        self._messages = cast("Collection[StoredMessage]", messages)
        self._epoch = epoch
        self._progress = progress

    def close(self) -> None:
        """Give back its connections to MongoDB."""
        self._client.close()

    def page(self, *, room_id: str, before: Cursor | None, after: Cursor | None, limit: int) -> HistoryPage:
        """With `after`: the oldest beyond it (and before `before`). Else: the newest before `before`, or of all.

        Raises:
            DependencyDown: MongoDB or Kafka does not answer.
        """
        end = Cursor(self._epoch, self._progress.end_of_log(partition_of(room_id)))
        before = min(before, end) if before is not None else end
        try:
            if after is not None:
                found = self._oldest(room_id, after=after, before=before, count=limit + 1)
                return _cut(found, limit)
            found = self._newest(room_id, before=before, count=limit + 1)
        except PyMongoError as error:
            raise DependencyDown(dependency="mongodb", retry_after_seconds=2) from error
        page = _cut(found, limit)
        return HistoryPage(messages=page.messages[::-1], next=page.next)

    def between(self, *, room_id: str, after: int, before: int, count: int) -> list[Message]:
        """Up to `count` messages of this epoch with after < offset < before, oldest first. Raises DependencyDown."""
        try:
            return self._ascending(room_id, epoch=self._epoch, low=after + 1, high=before, count=count)
        except PyMongoError as error:
            raise DependencyDown(dependency="mongodb", retry_after_seconds=2) from error

    def find(self, name: str) -> Message | None:
        """Raises DependencyDown."""
        try:
            document = self._messages.find_one(chat_history.with_id(name))
        except PyMongoError as error:
            raise DependencyDown(dependency="mongodb", retry_after_seconds=2) from error
        return from_document(document) if document else None

    def _newest(self, room_id: str, *, before: Cursor, count: int) -> list[Message]:
        found = self._descending(room_id, epoch=before.epoch, high=before.offset, count=count)
        for epoch in range(before.epoch - 1, 0, -1):
            if len(found) >= count:
                break
            end = self._end_of_epoch(room_id, epoch)
            found += self._descending(room_id, epoch=epoch, high=end, count=count - len(found))
        return found

    def _oldest(self, room_id: str, *, after: Cursor, before: Cursor, count: int) -> list[Message]:
        found: list[Message] = []
        for epoch in range(after.epoch, before.epoch + 1):
            low = after.offset + 1 if epoch == after.epoch else 0
            high = before.offset if epoch == before.epoch else self._end_of_epoch(room_id, epoch)
            found += self._ascending(room_id, epoch=epoch, low=low, high=high, count=count - len(found))
            if len(found) >= count:
                break
        return found

    def _descending(self, room_id: str, *, epoch: int, high: int, count: int) -> list[Message]:
        found: list[Message] = []
        for size in _window_sizes():
            if high <= 0 or len(found) >= count:
                break
            low = max(0, high - size)
            found += self._window(room_id, epoch, low, high, DESCENDING, count - len(found))
            high = low
        return found

    def _ascending(self, room_id: str, *, epoch: int, low: int, high: int, count: int) -> list[Message]:
        found: list[Message] = []
        for size in _window_sizes():
            if low >= high or len(found) >= count:
                break
            top = min(high, low + size)
            found += self._window(room_id, epoch, low, top, ASCENDING, count - len(found))
            low = top
        return found

    def _window(self, room_id: str, epoch: int, low: int, high: int, order: int, count: int) -> list[Message]:
        bounds = chat_history.in_room_between(room_id, epoch=epoch, low=low, high=high)
        in_order = self._messages.find(bounds).sort(chat_history.OFFSET, order)
        return [from_document(found) for found in in_order.limit(count)]

    def _end_of_epoch(self, room_id: str, epoch: int) -> int:
        """An earlier epoch has no log to ask any more."""
        last = self._messages.find_one(
            chat_history.in_room(room_id, epoch=epoch), sort=[(chat_history.OFFSET, DESCENDING)]
        )
        return last["offset"] + 1 if last else 0


def _window_sizes() -> Iterator[int]:
    size = FIRST_WINDOW
    while True:
        yield size
        size *= WINDOW_GROWTH


def _cut(found: list[Message], limit: int) -> HistoryPage:
    messages = found[:limit]
    more = len(found) > limit
    return HistoryPage(messages=messages, next=Cursor.parse(messages[-1].body.cursor) if more else None)


@cache
def history() -> History:
    client: MongoClient[dict[str, Any]] = MongoClient(
        env.mongodb_url,
        tz_aware=True,
        serverSelectionTimeoutMS=1_500,
        connectTimeoutMS=1_500,
        socketTimeoutMS=1_900,
        timeoutMS=1_900,  # of a read with the second try that follows a silence
        event_listeners=listeners(),
    )
    return History(client, epoch=env.chat_epoch, progress=worker_progress())
