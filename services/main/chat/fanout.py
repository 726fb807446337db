"""The thread that reads the log's end and hands it to the event loop.

No group: every process reads all partitions, from a little before the end. MongoDB is not on this path.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as KafkaRecord

from chat.live import Live
from chat.messages import PARTITIONS, Message, from_event
from edge.owned import OnDeath
from salon_contracts.chat import ON_CHAT_MESSAGES, Cursor
from salon_contracts.logs import get_logger
from salon_contracts.reading import UnknownEventType, UnreadableRecord, read_event
from salon_contracts.topics import CHAT_MESSAGES

log = get_logger(__name__)

# Read again at the start, so that sockets which come from a stopped instance find their gap in memory.
REPLAY_PER_PARTITION = 500
BATCH = 500
# What the loop gets at once. More would fill the buffers of good readers before they have a turn to be written.
BYTES_AT_ONCE = 128 * 1024
# Handed over and not yet taken by the loop. Then the thread waits: memory stays bounded.
IN_FLIGHT = 2
ASK_AGAIN_SECONDS = 1.0
# Offsets that are gone mean a gap, or another topic under the same name: only a new start is honest then.
BROKEN = (KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE)  # noqa: SLF001  # their public names


class Fanout:
    """Owned by `serve`. When the thread dies, so does the process."""

    def __init__(self, *, brokers: str, live: Live, on_death: OnDeath) -> None:
        self._live = live
        self._on_death = on_death
        self._stopping = threading.Event()
        self._in_flight = threading.BoundedSemaphore(IN_FLIGHT)
        self._thread = threading.Thread(target=self._run, name="chat-fanout", daemon=True)
        self._hand_over: Callable[..., object] = _nowhere
        self._consumer = Consumer(
            {
                "bootstrap.servers": brokers,
                "client.id": "main-fanout",
                "group.id": "main-fanout",  # demanded by the client, used for nothing
                "enable.auto.commit": False,
                "auto.offset.reset": "error",
                "isolation.level": "read_committed",
                "queued.max.messages.kbytes": 16_384,
                "fetch.error.backoff.ms": 100,
                "reconnect.backoff.max.ms": 1_000,
            },
            logger=logging.getLogger("librdkafka"),
        )

    def start(self) -> None:
        self._hand_over = asyncio.get_event_loop_policy().get_event_loop().call_soon_threadsafe
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=3)

    def _run(self) -> None:
        try:
            spans = self._find_begin()
            self._consumer.assign([TopicPartition(CHAT_MESSAGES.name, n, start) for n, (start, _) in spans.items()])
            self._hand_over(self._live.begin, spans)
            log.info("fanout_started", spans=spans)
            while not self._stopping.is_set():
                self._read_once()
        except Exception:
            if not self._stopping.is_set():
                log.exception("fanout_died")
                self._on_death("chat-fanout")
        finally:
            self._consumer.close()

    def _find_begin(self) -> dict[int, tuple[int, int]]:
        """Where to begin, and where the past ends. While Kafka is away it waits, and the rest of main serves."""
        while not self._stopping.is_set():
            try:
                return {n: self._span_of(n) for n in range(PARTITIONS)}
            except KafkaException as error:
                log.warning("fanout_waits_for_kafka", error=str(error))
                self._stopping.wait(ASK_AGAIN_SECONDS)
        return {}

    def _span_of(self, partition: int) -> tuple[int, int]:
        low, high = self._consumer.get_watermark_offsets(TopicPartition(CHAT_MESSAGES.name, partition), timeout=3)
        return max(low, high - REPLAY_PER_PARTITION), high

    def _read_once(self) -> None:
        first = self._consumer.poll(0.2)
        if first is None:
            return
        records = [first, *self._consumer.consume(BATCH, 0)]
        next_offsets: dict[int, int] = {}
        messages: list[Message] = []
        size = 0
        for record in records:
            if (error := record.error()) is not None:
                _tell(error)
                continue
            partition, offset = record.partition() or 0, record.offset() or 0
            next_offsets[partition] = offset + 1
            if (message := _read(record, cursor=Cursor(self._live.epoch, offset), partition=partition)) is not None:
                messages.append(message)
                size += message.size
            if size > BYTES_AT_ONCE:
                self._give(messages, next_offsets)
                messages, next_offsets, size = [], {}, 0
        self._give(messages, next_offsets)

    def _give(self, messages: Sequence[Message], next_offsets: dict[int, int]) -> None:
        while not self._in_flight.acquire(timeout=0.5):
            if self._stopping.is_set():
                return
        self._hand_over(self._take_in, messages, next_offsets)

    def _take_in(self, messages: Sequence[Message], next_offsets: dict[int, int]) -> None:
        self._in_flight.release()
        self._live.take_in(messages, next_offsets)


def _nowhere(*_: object) -> None:
    raise RuntimeError("not started")


def _tell(error: KafkaError) -> None:
    if error.fatal() or error.code() in BROKEN:
        raise KafkaException(error)
    log.warning("fanout_told_of_error", code=error.name(), reason=error.str())


def _read(record: KafkaRecord, *, cursor: Cursor, partition: int) -> Message | None:
    """None for what the chat-worker sets aside too: it is not a message."""
    value, key = record.value(), record.key()
    try:
        event = read_event(value if isinstance(value, bytes) else None, known=ON_CHAT_MESSAGES)
    except (UnreadableRecord, UnknownEventType):
        return None
    if key != event.key.encode():
        return None
    return from_event(event, cursor=cursor, partition=partition)
