"""The rows of one topic on their way to Kafka: in order per key, whatever other topics meet.

A lane never waits: `step` does what can be done now. Rows go out in rounds, so that readers find together what was
recorded together; a round that takes long is joined by later rows, up to a window. When something failed, the lane lets
all that is under way come in, and sends what did not arrive again, in order.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from confluent_kafka import KafkaError, KafkaException, Message

from outbox import metrics
from outbox.models import OutboxRow
from outbox.parking import forget_sent, park
from outbox.refusals import is_for_good, is_of_others, reason_never_to_send
from salon_kit.kafka.producer import OnDelivered
from salon_kit.logs import get_logger

log = get_logger(__name__)

Send = Callable[[OutboxRow, OnDelivered], None]
GiveUp = Callable[[str], None]
"""Let go of all that is under way on a topic: none of it may reach Kafka from now on."""

WINDOW = 500
LONG_SECONDS = 0.1
REPORT_SECONDS = 10.0
"""Longer than a producer tries: after it, a report is not late but lost."""
RESTS_SECONDS = (0.0, 0.5, 1.0, 2.0, 5.0)


@dataclass
class Sent:
    """One row under way. `outcome` is True, or why it did not arrive, or None while nobody knows."""

    row: OutboxRow
    at: float
    outcome: KafkaError | bool | None = None


class Unreported:
    """How many rows of a round have no report yet; counted up by the relay's thread and down by the producer's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0

    def add(self, number: int) -> int:
        with self._lock:
            self._count += number
            return self._count


class TopicLane:
    def __init__(self, topic: str, *, send: Send, give_up: GiveUp, wake: Callable[[], None]) -> None:
        self.topic = topic
        self._send, self._give_up, self._wake = send, give_up, wake
        self._under_way: dict[int, Sent] = {}
        self._unreported = Unreported()
        self._one_at_a_time_until = 0  # row id
        self._failures: dict[str, int] = {}  # by key, in a row
        self._rests: dict[str, float] = {}  # by key

    @property
    def is_empty(self) -> bool:
        return not self._under_way

    def step(self, *, may_send: Callable[[], None] | None) -> int:
        """Take what came in, send what waits. Gives how many rows arrived. `may_send` raises if it is not our turn."""
        arrived = self._settle()
        if may_send is not None and self._may_join():
            self._fill(may_send)
            arrived += self._settle()
        return arrived

    def abandon(self) -> None:
        self._under_way.clear()
        self._unreported = Unreported()
        self._give_up(self.topic)

    def _settle(self) -> int:
        """Forget the rows that are in Kafka, each after those before it of its key."""
        if not self._is_long and self._is_coming_in:
            return 0  # the whole round at once is less work for MySQL
        waiting_keys: set[str] = set()
        done: list[Sent] = []
        for sent in self._under_way.values():
            if sent.outcome is True and sent.row.key not in waiting_keys:
                done.append(sent)
            else:
                waiting_keys.add(sent.row.key)
        if done:
            forget_sent([sent.row for sent in done])
            for sent in done:
                del self._under_way[sent.row.pk]
                self._failures.pop(sent.row.key, None)
            metrics.relayed.labels(self.topic).inc(len(done))
        if self._failed and not self._is_coming_in:
            self._take_back()
        return len(done)

    @property
    def _failed(self) -> bool:
        return any(sent.outcome not in {None, True} or _is_lost(sent) for sent in self._under_way.values())

    @property
    def _is_coming_in(self) -> bool:
        return any(sent.outcome is None and not _is_lost(sent) for sent in self._under_way.values())

    def _take_back(self) -> None:
        """All that is under way has come in, and some of it did not arrive: send it again, or never."""
        rows = list(self._under_way.values())
        self._under_way.clear()
        self._unreported = Unreported()
        metrics.kept.labels(self.topic).inc(len(rows))
        rests = [sent for sent in rows if sent.outcome is None or _failed_by_itself(sent)]
        if any(sent.outcome is None for sent in rows):
            log.warning("outbox_reports_missing", topic=self.topic)
            self._give_up(self.topic)
        refused = [sent for sent in rows if _error(sent) and is_for_good(_error_of(sent), topic=self.topic)]
        if refused and len(rows) == 1:
            park(refused[0].row, reason=_error_of(refused[0]).name())
        elif refused:
            # Kafka refuses batches: one row of this one is to blame.
            self._one_at_a_time_until = max(sent.row.pk for sent in rows)
        else:
            self._let_rest(rests)

    def _let_rest(self, rows: list[Sent]) -> None:
        """Keys whose rows do not arrive make room for others."""
        for key in {sent.row.key for sent in rows}:
            failures = self._failures[key] = self._failures.get(key, 0) + 1
            self._rests[key] = time.monotonic() + RESTS_SECONDS[min(failures, len(RESTS_SECONDS)) - 1]
        reasons = {sent.outcome.name() if isinstance(sent.outcome, KafkaError) else "no report" for sent in rows}
        log.warning("outbox_rows_not_sent", topic=self.topic, rows=len(rows), reasons=sorted(reasons))

    def _may_join(self) -> bool:
        if not self._under_way:
            return True
        return self._is_long and not self._failed and not self._one_at_a_time_until and len(self._under_way) < WINDOW

    @property
    def _is_long(self) -> bool:
        """Whether the round under way has lasted longer than rounds do."""
        oldest = next(iter(self._under_way.values()), None)
        return oldest is not None and time.monotonic() - oldest.at > LONG_SECONDS

    def _fill(self, may_send: Callable[[], None]) -> None:
        held: set[str] = set()
        for row in self._next_rows():
            if row.key in held:
                continue
            may_send()
            if not self._is_sent(row):
                held.add(row.key)
            if self._one_at_a_time_until and self._under_way:
                return

    def _next_rows(self) -> list[OutboxRow]:
        now = time.monotonic()
        self._rests = {key: until for key, until in self._rests.items() if until > now}
        rows = OutboxRow.objects.filter(topic=self.topic).exclude(pk__in=list(self._under_way))
        if self._rests:
            rows = rows.exclude(key__in=list(self._rests))
        found = list(rows.order_by("pk")[: WINDOW - len(self._under_way)])
        if not found or found[0].pk > self._one_at_a_time_until:
            self._one_at_a_time_until = 0
        return found

    def _is_sent(self, row: OutboxRow) -> bool:
        sent = Sent(row, time.monotonic())
        self._under_way[row.pk] = sent
        self._unreported.add(1)
        try:
            self._send(row, self._report_of(sent))
        except (BufferError, KafkaException, ValueError, TypeError) as error:
            del self._under_way[row.pk]
            self._unreported.add(-1)
            if reason := reason_never_to_send(error, topic=self.topic):
                park(row, reason=reason)
                return True
            log.warning("outbox_row_not_sent", row_id=row.pk, topic=self.topic, reason=str(error))
            return False
        return True

    def _report_of(self, sent: Sent) -> OnDelivered:
        unreported = self._unreported

        def report(error: KafkaError | None, _record: Message) -> None:
            sent.outcome = True if error is None else error
            if unreported.add(-1) == 0:
                self._wake()

        return report


def _is_lost(sent: Sent) -> bool:
    return sent.outcome is None and time.monotonic() - sent.at > REPORT_SECONDS


def _error(sent: Sent) -> bool:
    return isinstance(sent.outcome, KafkaError)


def _error_of(sent: Sent) -> KafkaError:
    assert isinstance(sent.outcome, KafkaError)  # noqa: S101  # whoever calls has looked
    return sent.outcome


def _failed_by_itself(sent: Sent) -> bool:
    return isinstance(sent.outcome, KafkaError) and not is_of_others(sent.outcome)
