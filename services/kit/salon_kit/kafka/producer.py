"""How a process of ours writes to Kafka: what is reported as delivered is on disk at a majority, once.

Every record comes to exactly one report. When the client fails for good (a fatal error of an idempotent producer: it
takes nothing any more), whoever serves the reports tells the callers of all records under way that they failed, and
makes the client anew. Such a record may be in the log all the same: every reader is idempotent by event id.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple, cast

from confluent_kafka import KafkaError, KafkaException, Message, Producer
from opentelemetry.trace import Span

from salon_contracts.events.envelope import Event
from salon_kit.kafka.options import Options, of_producer
from salon_kit.kafka.records import Headers
from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage
from salon_kit.spans.kafka import ended_if_refused, headers_of, sending
from salon_kit.spans.recording import note_fault

log = get_logger(__name__)

ANY_PARTITION = -1  # librdkafka's own word for it
POLL_SECONDS = 0.1
LAST_REPORTS_SECONDS = 2.0
# A client that fails at once again (what it may not do, it may not do later either) is not made in a tight loop.
MADE_ANEW_AFTER_SECONDS = 1.0

OnDelivered = Callable[[KafkaError | None, Message], None]
"""Called once for each record, in the thread that serves the reports: with no error only when all in-sync replicas have
it. After an error the message may have no partition and no offset."""


class NewRecord(NamedTuple):
    """Without a partition its key decides."""

    topic: str
    value: bytes | None
    key: bytes | None
    headers: Headers = ()
    partition: int | None = None

    @classmethod
    def of(cls, event: Event) -> NewRecord:
        return cls(event.topic, event.to_bytes(), event.key.encode())


class KafkaProducer:
    """`produce` may be called from any thread.

    Either `start` gives it a thread that serves the reports, or its user calls `deliver`, which serves them itself.
    `overrides` are librdkafka's own settings, for a process whose needs differ.
    """

    def __init__(
        self,
        *,
        brokers: str,
        name: str,
        delivery_seconds: float = 10.0,
        overrides: Mapping[str, str | int | bool] | None = None,
    ) -> None:
        timeout_ms = int(delivery_seconds * 1000)
        options: Options = {
            **of_producer(brokers=brokers, name=name, delivery_timeout_ms=timeout_ms),
            **(overrides or {}),
        }
        self._options = options
        self._name = name
        self._client = _Client(self._options)
        self._serving = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, name=f"kafka-producer-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def produce(self, record: NewRecord, on_delivered: OnDelivered) -> None:
        """Hand it over: the report comes later. What raises was not taken and has no report.

        Raises:
            BufferError: the local queue is full.
            KafkaException: it can never be sent so (it is too large), or the client failed and is not made anew yet.
        """
        self._client.take(record, on_delivered)

    def deliver(self, records: Sequence[NewRecord], *, within_seconds: float) -> list[KafkaError | None]:
        """For each, in order, None once it is on disk, or why it is not known to be. Goes out without lingering."""
        outcomes: list[KafkaError | None] = [KafkaError(KafkaError._MSG_TIMED_OUT)] * len(records)  # noqa: SLF001

        def note(number: int, error: KafkaError | None, _message: Message) -> None:
            outcomes[number] = error

        for number, record in enumerate(records):
            try:
                self._client.take(record, partial(note, number))
            except KafkaException as error:
                outcomes[number] = _error_in(error)
            except BufferError:
                outcomes[number] = KafkaError(KafkaError._QUEUE_FULL)  # noqa: SLF001
        self._serve_once(lambda client: client.flush(within_seconds))
        return list(outcomes)

    def close(self, *, flush_seconds: float = 10) -> None:
        """Wait so long for what is under way. What is left then does not go out any more, and is reported as failed."""
        self._client.flush(flush_seconds)
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=LAST_REPORTS_SECONDS)
        if left := self._client.end():
            log.error("kafka_records_unflushed", producer=self._name, count=left)

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                self._serve_once(lambda client: client.poll(POLL_SECONDS))
            except Exception:  # nobody else would serve the reports
                log.exception("delivery_reports_not_served", producer=self._name)
                self._stopping.wait(POLL_SECONDS)
            if self._client.is_dead:
                self._stopping.wait(POLL_SECONDS)

    def _serve_once(self, serve: Callable[[_Client], None]) -> None:
        client = self._client
        serve(client)
        if not client.is_dead:
            return
        with self._serving:
            if self._client is not client or self._stopping.is_set():
                return
            failed = client.end()
            if time.monotonic() - client.made_at < MADE_ANEW_AFTER_SECONDS:
                return
            try:
                self._client = _Client(self._options)
            except KafkaException:
                log.exception("kafka_producer_not_made_anew", producer=self._name)
            else:
                log.error("kafka_producer_made_anew", producer=self._name, failed=failed)


class _Client:
    """One client of librdkafka, until it fails, and who waits for which report."""

    def __init__(self, options: Options) -> None:
        self.made_at = time.monotonic()
        self.is_dead = False
        self._producer = Producer({**options, "error_cb": _log_error}, logger=logging.getLogger("librdkafka"))
        self._numbers = itertools.count()
        self._unreported: dict[int, tuple[NewRecord, OnDelivered]] = {}

    def take(self, record: NewRecord, on_delivered: OnDelivered) -> None:
        if (span := sending(record.topic, record.value)) is None:
            self._take(record, on_delivered)
            return
        with ended_if_refused(span):
            self._take(*_traced(record, on_delivered, span))

    def _take(self, record: NewRecord, on_delivered: OnDelivered) -> None:
        number = next(self._numbers)
        self._unreported[number] = record, on_delivered
        # In this order: whoever ends the client reports what it finds, and finds what is there before it is dead.
        if self.is_dead:
            if self._unreported.pop(number, None):
                raise KafkaException(KafkaError(KafkaError._FATAL))  # noqa: SLF001
            return
        try:
            self._producer.produce(
                record.topic,
                value=record.value,
                key=record.key,
                headers=list(record.headers),  # type: ignore[arg-type]  # a header may have no value
                partition=ANY_PARTITION if record.partition is None else record.partition,
                on_delivery=partial(self._report, number),
            )
        except BaseException as error:
            if isinstance(error, KafkaException) and _error_in(error).code() == KafkaError._FATAL:  # noqa: SLF001
                self.is_dead = True
            if self._unreported.pop(number, None):  # else it has had its report
                raise

    def poll(self, seconds: float) -> None:
        self._served(lambda: self._producer.poll(seconds))

    def flush(self, seconds: float) -> None:
        self._served(lambda: self._producer.flush(seconds))

    def end(self) -> int:
        """Nothing that it holds goes out any more, and everybody is told. Gives how many had no report yet."""
        left = len(self._unreported)
        self.is_dead = True
        if left:
            self._served(self._producer.purge)
        deadline = time.monotonic() + LAST_REPORTS_SECONDS
        # A client that failed raises before it has reported the records that it failed for.
        while self._unreported and time.monotonic() < deadline:
            self.poll(POLL_SECONDS)
        for number, (record, _) in list(self._unreported.items()):
            message = Message(topic=record.topic, key=record.key, value=record.value)  # type: ignore[call-arg]
            self._report(number, KafkaError(KafkaError._PURGE_INFLIGHT), message)  # noqa: SLF001
        return left

    def _served(self, serve: Callable[[], object]) -> None:
        try:
            serve()
        except Exception as error:  # the library raises a fatal error here and nothing else
            if not self.is_dead:
                log.error("kafka_producer_failed", error=str(error))
            self.is_dead = True

    def _report(self, number: int, error: KafkaError | None, message: Message) -> None:
        _, on_delivered = self._unreported.pop(number, (None, None))
        if on_delivered is None:
            return
        try:
            on_delivered(error, message)
        except Exception:
            # What is wrong with one caller must not cost the others their reports.
            log.exception("delivery_report_not_taken", topic=message.topic())


def _traced(record: NewRecord, on_delivered: OnDelivered, span: Span) -> tuple[NewRecord, OnDelivered]:
    """It names its place in the trace, and its report ends the span."""

    def reported(error: KafkaError | None, message: Message) -> None:
        if error is not None:
            note_fault(span, error.name())
        span.end()
        on_delivered(error, message)

    return record._replace(headers=(*record.headers, *headers_of(span))), reported


def _log_error(error: KafkaError) -> None:
    if error.code() == KafkaError._ALL_BROKERS_DOWN:  # noqa: SLF001
        outage(log.error, "kafka_unreachable")


def _error_in(error: KafkaException) -> KafkaError:
    return cast(KafkaError, error.args[0])
