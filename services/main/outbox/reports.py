"""The delivery reports of one round of the relay, as they come in."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from confluent_kafka import KafkaError, Message

from edge.kafka_producer import OnDelivered
from outbox.models import OutboxRow


class Reports:
    """Filled by the producer's thread, waited for by the relay's."""

    def __init__(self, rows: Sequence[OutboxRow]) -> None:
        self._rows = rows
        self._delivered: dict[int, bool] = {}
        self._all_in = threading.Event()

    def about(self, row: OutboxRow) -> OnDelivered:
        def report(error: KafkaError | None, _record: Message) -> None:
            self.note(row, delivered=error is None)

        return report

    def note(self, row: OutboxRow, *, delivered: bool) -> None:
        self._delivered[row.pk] = delivered
        if len(self._delivered) == len(self._rows):
            self._all_in.set()

    def wait(self, seconds: float) -> bool:
        """Whether all are in."""
        return self._all_in.wait(seconds)

    def done(self) -> list[int]:
        """Ids of the rows that need not be sent again.

        Where one of a key failed, those after it count as failed too: all of them are sent again, in order.
        """
        held: set[tuple[str, str]] = set()
        done: list[int] = []
        for row in self._rows:
            key = (row.topic, row.key)
            if key not in held and self._delivered.get(row.pk, False):
                done.append(row.pk)
            else:
                held.add(key)
        return done
