"""Until when a relay may have records under way, so that the next one waits for the end of it.

A named lock ends with its connection, at once. What the relay has handed to its producer does not: it can still reach
Kafka, behind what a new relay sends. So a relay notes, before it sends, until when anything of it can arrive, and who
takes over waits for that moment, by MySQL's clock. Who has stepped down in order leaves nothing to wait for.
"""

from __future__ import annotations

import time

from django.db import connection

DELIVERY_SECONDS = 6.0
"""After which a producer gives a record up by itself."""
_RENEW_AFTER_SECONDS = 1.0
_MARGIN_SECONDS = 1.0
LEASE_SECONDS = _RENEW_AFTER_SECONDS + DELIVERY_SECONDS + _MARGIN_SECONDS


class LostLease(RuntimeError):
    """Another relay has begun its term."""


class Lease:
    """One term of one relay; used in the thread of its MySQL connection."""

    def __init__(self) -> None:
        self._term = 0
        self._renewed_at: float | None = None

    @property
    def has_begun(self) -> bool:
        return self._term > 0

    def begin(self) -> float:
        """A new term. Gives for how many seconds what others sent may still arrive."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT IGNORE INTO outbox_relayterm (id, term, sends_until) VALUES (1, 0, UTC_TIMESTAMP(6))"
            )
            cursor.execute("UPDATE outbox_relayterm SET term = LAST_INSERT_ID(term + 1) WHERE id = 1")
            cursor.execute(
                "SELECT LAST_INSERT_ID(), TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), sends_until)"
                " FROM outbox_relayterm WHERE id = 1"
            )
            self._term, microseconds = cursor.fetchone()
        self._renewed_at = None
        return max(int(microseconds) / 1e6, 0.0)

    def renew(self) -> None:
        """Before anything is sent. Raises LostLease."""
        now = time.monotonic()
        if self._renewed_at is None or now - self._renewed_at > _RENEW_AFTER_SECONDS:
            self._note(LEASE_SECONDS)
            self._renewed_at = now

    def settle(self) -> None:
        """Nothing is under way. Raises LostLease."""
        if self._renewed_at is not None:
            self._note(0.0)
            self._renewed_at = None

    def _note(self, seconds: float) -> None:
        with connection.cursor() as cursor:
            changed = cursor.execute(
                "UPDATE outbox_relayterm SET sends_until = UTC_TIMESTAMP(6) + INTERVAL %s MICROSECOND"
                " WHERE id = 1 AND term = %s",
                [int(seconds * 1e6), self._term],
            )
        if not changed:
            raise LostLease
