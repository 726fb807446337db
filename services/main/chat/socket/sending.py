"""A message on its way to the log. It is acknowledged when the broker has reported it and it was read back as the first
under its name, and from nothing else: the log decides, the notes in Redis only spare looking (decision 0018)."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka import Message as KafkaRecord
from redis.asyncio import Redis
from redis.exceptions import RedisError

from chat import metrics
from chat.errors import ClientMessageIdReused
from chat.history.messages import Standing, words_of
from chat.history.pages import History
from chat.history.worker_progress import WorkerProgress
from chat.live.log_end import Live
from chat.scripts.begin_send import Begun, Verdict, begin_send
from chat.scripts.note_cursor import note_cursor
from chat.scripts.notes_since import NotesSince, notes_since
from chat.socket.earlier_tries import EarlierTries, is_surely_new
from salon_contracts.events.chat import ChatMessageSentV1, Cursor
from salon_contracts.http.problem import DependencyDown, RateLimited
from salon_contracts.stores.chat_history import PARTITIONER, id_of_event
from salon_kit.kafka.producer import KafkaProducer, NewRecord
from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage
from salon_kit.tracing import bound_trace_id

log = get_logger(__name__)

# The producer gives up first, so that most failures are certain; the rest is cut off below two seconds.
PRODUCER_SETTINGS: dict[str, str | int | bool] = {
    "delivery.timeout.ms": 1_500,
    "partitioner": PARTITIONER,
}
REPORT_WITHIN_SECONDS = 1.8


class Delivery(NamedTuple):
    """Handed to the producer: its report is to come."""

    event: ChatMessageSentV1
    report: asyncio.Future[tuple[int, int]]


class Sender:
    def __init__(
        self,
        *,
        live: Live,
        history: History,
        progress: WorkerProgress,
        producer: KafkaProducer,
        redis: Redis,
        threads: ThreadPoolExecutor,
    ) -> None:
        self._live = live
        self._earlier = EarlierTries(live=live, history=history, progress=progress, threads=threads)
        self._producer = producer
        self._redis = redis

    async def watch_notes(self) -> None:
        """Begin to count the notes' age before the first message, if nobody has yet."""
        await self._notes_since()

    async def hand_over(
        self,
        *,
        room_id: UUID,
        room_began: datetime,
        sender_id: int,
        client_message_id: UUID,
        text: str,
    ) -> Cursor | Delivery:
        """Give one message to the producer, in the order of the calls. A cursor if it was sent before.

        Raises:
            RateLimited: the account sends too fast.
            ClientMessageIdReused: this name belongs to other words.
            DependencyDown: the log does not take messages, or it cannot be known whether this one was sent before.
        """
        event = ChatMessageSentV1(
            trace_id=bound_trace_id(),
            room_id=room_id,
            sender_id=sender_id,
            client_message_id=client_message_id,
            text=text,
        )
        begun = await self._begin(event)
        if begun.verdict is Verdict.TOO_FAST:
            raise RateLimited(retry_after_seconds=-(-begun.wait_ms // 1000))
        if begun.cursor is not None:
            return begun.cursor
        if begun.other_words_stand:
            raise ClientMessageIdReused
        if not (begun.verdict is Verdict.FRESH and await self._is_surely_new(event, room_began)):
            standing = await self._earlier.find(event, room_began=room_began)
            if standing is not None:
                return await self._acknowledged(event, standing)
        if begun.verdict is Verdict.REUSED:  # and what was begun with other words may still come
            raise ClientMessageIdReused
        return Delivery(event, self._produce(event))

    async def acknowledge(self, delivery: Delivery) -> Cursor:
        """Wait for the broker, and for the record to be read back. Of several under one name the first is the message.

        Raises:
            ClientMessageIdReused: the first has other words.
            DependencyDown: it is unknown whether the message is in the log. The same name may be sent again.
        """
        try:
            with metrics.acknowledge_seconds.time():
                partition, offset = await asyncio.wait_for(delivery.report, REPORT_WITHIN_SECONDS)
        except (TimeoutError, KafkaException) as error:
            metrics.unconfirmed.inc()
            outage(log.warning, "message_not_confirmed", error=str(error) or "timeout")
            raise _log_is_down() from error
        return await self._acknowledged(delivery.event, await self._first_in_log(delivery.event, partition, offset))

    async def _acknowledged(self, event: ChatMessageSentV1, standing: Standing) -> Cursor:
        """Also a note that an attempt with other words left is put right."""
        await self._note(event, standing)
        if standing.words != words_of(event.text):
            raise ClientMessageIdReused
        return standing.cursor

    async def _first_in_log(self, event: ChatMessageSentV1, partition: int, offset: int) -> Standing:
        is_read = await self._live.wait_until_read(
            partition=partition, offset=offset, within_seconds=REPORT_WITHIN_SECONDS
        )
        standing = self._live.recent.standing_of(id_of_event(event)) if is_read else None
        if standing is None:
            metrics.unconfirmed.inc()
            log.warning("message_not_read_back", partition=partition, offset=offset)
            raise _log_is_down()
        return standing

    def _produce(self, event: ChatMessageSentV1) -> asyncio.Future[tuple[int, int]]:
        loop = asyncio.get_running_loop()
        report: asyncio.Future[tuple[int, int]] = loop.create_future()

        def delivered(error: KafkaError | None, record: KafkaRecord) -> None:
            loop.call_soon_threadsafe(_settle, report, error, record.partition() or 0, record.offset() or 0)

        try:
            self._producer.produce(NewRecord.of(event), delivered)
        except (BufferError, KafkaException) as error:
            outage(log.warning, "message_not_taken", error=str(error))
            raise _log_is_down() from error
        return report

    async def _begin(self, event: ChatMessageSentV1) -> Begun:
        """Without Redis nothing is known of earlier tries; the log and history then tell."""
        try:
            return await begin_send(
                self._redis, sender_id=event.sender_id, name=id_of_event(event), digest=words_of(event.text)
            )
        except RedisError as error:
            outage(log.warning, "sending_without_redis", error=str(error))
            return Begun(Verdict.UNKNOWN)

    async def _is_surely_new(self, event: ChatMessageSentV1, room_began: datetime) -> bool:
        notes = await self._notes_since()
        now = datetime.now(UTC)
        return notes is not None and is_surely_new(
            event.client_message_id, room_began=room_began, notes=notes, our_now=now
        )

    async def _notes_since(self) -> NotesSince | None:
        try:
            return await notes_since(self._redis)
        except RedisError as error:
            outage(log.warning, "notes_unknown", error=str(error))
            return None

    async def _note(self, event: ChatMessageSentV1, standing: Standing) -> None:
        try:
            await note_cursor(
                self._redis,
                sender_id=event.sender_id,
                name=id_of_event(event),
                digest=standing.words,
                cursor=standing.cursor,
            )
        except RedisError as error:
            outage(log.warning, "acknowledged_without_note", error=str(error))


def _settle(report: asyncio.Future[tuple[int, int]], error: KafkaError | None, partition: int, offset: int) -> None:
    if report.done():
        return
    if error is not None:
        report.set_exception(KafkaException(error))
    else:
        report.set_result((partition, offset))


def _log_is_down() -> DependencyDown:
    return DependencyDown(dependency="kafka", retry_after_seconds=2)
