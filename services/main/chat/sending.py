"""A message on its way to the log. It is acknowledged from the broker's delivery report and from nothing else."""

from __future__ import annotations

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple
from uuid import UUID

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka import Message as KafkaRecord
from redis.asyncio import Redis
from redis.exceptions import RedisError

from chat import metrics
from chat.errors import ClientMessageIdReused
from chat.history import History
from chat.live import Live
from chat.messages import name_of
from chat.scripts.begin_send import Begun, Verdict, begin_send
from chat.scripts.note_cursor import note_cursor, note_cursor_of_only_try
from edge.kafka_producer import KafkaProducer
from salon_contracts.chat import ChatMessageSentV1, Cursor
from salon_contracts.logs import get_logger
from salon_contracts.problem import DependencyDown, RateLimited

log = get_logger(__name__)

# The producer gives up first, so that most failures are certain; the rest is cut off below two seconds.
PRODUCER_SETTINGS: dict[str, str | int | bool] = {
    "delivery.timeout.ms": 1_500,
    "partitioner": "consistent_random",  # messages.partition_of counts on it
}
REPORT_WITHIN_SECONDS = 1.8


class Delivery(NamedTuple):
    """Handed to the producer: its report is to come. With `may_be_copy` an earlier try may stand in the log already."""

    event: ChatMessageSentV1
    report: asyncio.Future[tuple[int, int]]
    may_be_copy: bool


class Sender:
    def __init__(
        self, *, live: Live, history: History, producer: KafkaProducer, redis: Redis, threads: ThreadPoolExecutor
    ) -> None:
        self._live = live
        self._history = history
        self._producer = producer
        self._redis = redis
        self._threads = threads

    async def hand_over(
        self, *, room_id: UUID, sender_id: int, client_message_id: UUID, text: str, trace_id: str
    ) -> Cursor | Delivery:
        """Give one message to the producer, in the order of the calls. A cursor if it was acknowledged before.

        Raises:
            RateLimited: the account sends too fast.
            ClientMessageIdReused: this name belongs to other words.
            DependencyDown: the log does not take messages. Nothing is known of an earlier try.
        """
        event = ChatMessageSentV1(
            trace_id=trace_id,
            room_id=room_id,
            sender_id=sender_id,
            client_message_id=client_message_id,
            text=text,
        )
        begun = await self._begin(event)
        if begun.verdict is Verdict.REUSED:
            raise ClientMessageIdReused
        if begun.verdict is Verdict.TOO_FAST:
            raise RateLimited(retry_after_seconds=-(-begun.wait_ms // 1000))
        if begun.cursor is not None:
            return begun.cursor
        may_be_copy = begun.verdict is Verdict.UNKNOWN
        if may_be_copy and (known := await self._known_cursor(event)) is not None:
            return known
        return Delivery(event, self._produce(event), may_be_copy)

    async def acknowledge(self, delivery: Delivery) -> Cursor:
        """Wait for the broker. The cursor is where the message stands: with an earlier try in the log, that one's.

        Raises DependencyDown: it is unknown whether the message is in the log. The same name may be sent again.
        """
        try:
            with metrics.acknowledge_seconds.time():
                partition, offset = await asyncio.wait_for(delivery.report, REPORT_WITHIN_SECONDS)
        except (TimeoutError, KafkaException) as error:
            metrics.unconfirmed.inc()
            log.warning("message_not_confirmed", error=str(error) or "timeout")
            raise _log_is_down() from error
        own = Cursor(self._live.epoch, offset)
        if not delivery.may_be_copy and await self._note_only_try(delivery.event, own):
            return own
        first = await self._first_in_log(delivery.event, partition=partition, own=own)
        await self._note(delivery.event, first)
        return first

    async def _first_in_log(self, event: ChatMessageSentV1, *, partition: int, own: Cursor) -> Cursor:
        """Of several tries under one name the first in the log is the message."""
        await self._live.wait_until_read(partition=partition, offset=own.offset, within_seconds=REPORT_WITHIN_SECONDS)
        offset = self._live.recent.offset_of(_name(event))
        return own if offset is None else Cursor(self._live.epoch, offset)

    def _produce(self, event: ChatMessageSentV1) -> asyncio.Future[tuple[int, int]]:
        loop = asyncio.get_running_loop()
        report: asyncio.Future[tuple[int, int]] = loop.create_future()

        def delivered(error: KafkaError | None, record: KafkaRecord) -> None:
            loop.call_soon_threadsafe(_settle, report, error, record.partition() or 0, record.offset() or 0)

        try:
            self._producer.produce(event, delivered)
        except (BufferError, KafkaException) as error:
            log.warning("message_not_taken", error=str(error))
            raise _log_is_down() from error
        return report

    async def _begin(self, event: ChatMessageSentV1) -> Begun:
        """Without Redis nothing is known of earlier tries; the log itself then tells."""
        try:
            return await begin_send(
                self._redis,
                sender_id=event.sender_id,
                name=_name(event),
                digest=hashlib.sha256(event.text.encode()).hexdigest()[:32],
            )
        except RedisError as error:
            log.warning("sending_without_redis", error=str(error))
            return Begun(Verdict.UNKNOWN)

    async def _known_cursor(self, event: ChatMessageSentV1) -> Cursor | None:
        """Where an earlier try stands, if it passed here lately or is in history."""
        name = _name(event)
        if (offset := self._live.recent.offset_of(name)) is not None:
            return Cursor(self._live.epoch, offset)
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._threads, self._history.find, name)
        except DependencyDown:
            return None  # sent again it is a copy at worst, and every reader passes over copies
        if found is None:
            return None
        if found.body["text"] != event.text:
            raise ClientMessageIdReused
        return Cursor.parse(found.body["cursor"])

    async def _note_only_try(self, event: ChatMessageSentV1, cursor: Cursor) -> bool:
        try:
            return await note_cursor_of_only_try(
                self._redis, sender_id=event.sender_id, name=_name(event), cursor=cursor
            )
        except RedisError as error:
            log.warning("acknowledged_without_note", error=str(error))
            return True

    async def _note(self, event: ChatMessageSentV1, cursor: Cursor) -> None:
        try:
            await note_cursor(self._redis, sender_id=event.sender_id, name=_name(event), cursor=cursor)
        except RedisError as error:
            log.warning("acknowledged_without_note", error=str(error))


def _settle(report: asyncio.Future[tuple[int, int]], error: KafkaError | None, partition: int, offset: int) -> None:
    if report.done():
        return
    if error is not None:
        report.set_exception(KafkaException(error))
    else:
        report.set_result((partition, offset))


def _name(event: ChatMessageSentV1) -> str:
    return name_of(
        room_id=str(event.room_id), sender_id=event.sender_id, client_message_id=str(event.client_message_id)
    )


def _log_is_down() -> DependencyDown:
    return DependencyDown(dependency="kafka", retry_after_seconds=2)
