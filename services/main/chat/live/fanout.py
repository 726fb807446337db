"""The thread that reads the log's end and hands it to the event loop.

No group: every process reads all partitions, from a little before the end. MongoDB is not on this path.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import cast

from confluent_kafka import KafkaError, KafkaException

from chat import metrics
from chat.history.messages import Message, from_event
from chat.live.log_end import Live
from salon_contracts.events.chat import ON_CHAT_MESSAGES, Cursor
from salon_contracts.events.reading import UnknownEventType, UnreadableRecord, plain, read_event
from salon_contracts.events.topics import CHAT_MESSAGES
from salon_contracts.stores.chat_history import PARTITIONS
from salon_kit.kafka.partition_reader import PartitionReader
from salon_kit.kafka.records import Record
from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage
from salon_kit.spans.kafka import delivered
from salon_kit.spans.recording import is_on
from serving.background import OnDeath

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
        self._read_to: dict[int, int] = {}
        self._past_ends: dict[int, int] = {}
        self._reader = PartitionReader(brokers=brokers, name="main-fanout", when_offsets_are_lost="error")

    def start(self) -> None:
        self._hand_over = asyncio.get_event_loop_policy().get_event_loop().call_soon_threadsafe
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=3)

    def _run(self) -> None:
        try:
            spans = self._find_begin()
            self._read_to = {n: start for n, (start, _) in spans.items()}
            self._reader.read_from(CHAT_MESSAGES.name, self._read_to)
            self._past_ends = {n: end for n, (_, end) in spans.items()}
            self._hand_over(self._live.begin, spans)
            log.info("fanout_started", spans=spans)
            while not self._stopping.is_set():
                self._read_once()
        except Exception:
            if not self._stopping.is_set():
                log.exception("fanout_died")
                self._on_death("chat-fanout")
        finally:
            self._reader.close()

    def _find_begin(self) -> dict[int, tuple[int, int]]:
        """Where to begin, and where the past ends. While Kafka is away it waits, and the rest of main serves."""
        while not self._stopping.is_set():
            try:
                return {n: self._span_of(n) for n in range(PARTITIONS)}
            except KafkaException as error:
                outage(log.warning, "fanout_waits_for_kafka", error=str(error))
                self._stopping.wait(ASK_AGAIN_SECONDS)
        return {}

    def _span_of(self, partition: int) -> tuple[int, int]:
        low, high = self._reader.span_of(CHAT_MESSAGES.name, partition)
        return max(low, high - REPLAY_PER_PARTITION), high

    def _read_once(self) -> None:
        try:
            read = self._reader.read(wait_seconds=0.2, limit=BATCH)
        except KafkaException as error:
            _raise_if_broken(error)
            return
        began_ns = time.time_ns()
        messages: list[Message] = []
        next_offsets: dict[int, int] = {}
        size = 0
        for record in read.records:
            next_offsets[record.partition] = record.offset + 1
            if (message := _message_in(record, epoch=self._live.epoch)) is not None:
                messages.append(message)
                size += message.size
            if size > BYTES_AT_ONCE:
                self._give(messages, next_offsets)
                messages, next_offsets, size = [], {}, 0
        self._give(messages, {**next_offsets, **self._ends_beyond(next_offsets, read.next_offsets)})
        if is_on():
            # Behind what was given, on the loop that gives it to the sockets.
            fresh = [record for record in read.records if record.offset >= self._past_ends.get(record.partition, 0)]
            self._hand_over(partial(delivered, fresh, name="deliver to sockets", began_ns=began_ns))

    def _ends_beyond(self, next_offsets: Mapping[int, int], reached: Mapping[int, int]) -> dict[int, int]:
        """Ends of partitions behind the last record: a transaction's marker is no record, and is passed as one."""
        known = {**self._read_to, **next_offsets}
        return {partition: end for partition, end in reached.items() if end > known.get(partition, 0)}

    def _give(self, messages: Sequence[Message], next_offsets: dict[int, int]) -> None:
        if not next_offsets:
            return
        self._read_to.update(next_offsets)
        while not self._in_flight.acquire(timeout=0.5):
            if self._stopping.is_set():
                return
        self._hand_over(self._take_in, messages, next_offsets)

    def _take_in(self, messages: Sequence[Message], next_offsets: dict[int, int]) -> None:
        self._in_flight.release()
        self._live.take_in(messages, next_offsets)


def _nowhere(*_: object) -> None:
    raise RuntimeError("not started")


def _raise_if_broken(error: KafkaException) -> None:
    reason = cast(KafkaError, error.args[0])
    if reason.fatal() or reason.code() in BROKEN:
        raise error
    outage(log.warning, "fanout_told_of_error", code=reason.name(), reason=reason.str())


def _message_in(record: Record, *, epoch: int) -> Message | None:
    """None for what the chat-worker sets aside too: it is no message. Nothing that a record holds ends the fan-out."""
    try:
        event = read_event(record.value, known=ON_CHAT_MESSAGES)
        if record.key != event.key.encode():
            raise UnreadableRecord("the key is not the room_id")
        return from_event(event, cursor=Cursor(epoch, record.offset), partition=record.partition)
    except UnknownEventType:
        metrics.records_passed.labels("unknown-type").inc()
    except Exception as error:
        reason = error.reason if isinstance(error, UnreadableRecord) else plain(repr(error))
        # Quietly: the chat-worker logs it once, each main would again.
        log.debug("record_passed_over", reason=reason, partition=record.partition, offset=record.offset)
        metrics.records_passed.labels("unreadable").inc()
    return None
