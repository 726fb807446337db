"""Main's dead-letter policy: what can never be applied goes into a table, where operators see it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone

from messaging.models import REASON_LENGTH, SetAsideRecord
from salon_kit.kafka.consumer_loop import NotNow
from salon_kit.kafka.records import Place, Record, Unfit

LARGEST_KEPT = 64 * 1024
ROWS_A_STATEMENT = 50


class SetAsideTable:
    """Delivered again, a record is one row still."""

    def __init__(self, *, group: str) -> None:
        self._group = group

    def put(self, unfit: Sequence[Unfit], *, done: set[tuple[Place, int]]) -> None:
        """Raises NotNow while MySQL does not take them, whatever it says: nothing may be lost here."""
        if not unfit:
            return
        now = timezone.now()
        try:
            SetAsideRecord.objects.bulk_create(
                [self._row_of(one, now=now) for one in unfit],
                batch_size=ROWS_A_STATEMENT,
                update_conflicts=True,
                update_fields=["reason", "key", "value", "headers", "size", "is_whole", "set_aside_at"],
            )
        except (DatabaseError, InterfaceError) as error:
            connections.close_all()
            raise NotNow(f"not set aside: {error}") from error
        done.update((one.record.place, one.record.offset) for one in unfit)

    def _row_of(self, one: Unfit, *, now: datetime) -> SetAsideRecord:
        record = one.record
        headers = _as_bytes(record)
        size = len(record.key or b"") + len(record.value or b"") + len(headers)
        is_whole = size <= LARGEST_KEPT
        return SetAsideRecord(
            consumer_group=self._group,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            reason=one.reason[:REASON_LENGTH],
            key=record.key if is_whole else None,
            value=record.value if is_whole else (record.value or b"")[:LARGEST_KEPT],
            headers=headers if is_whole else b"[]",
            size=size,
            is_whole=is_whole,
            set_aside_at=now,
        )


def _as_bytes(record: Record) -> bytes:
    """JSON: pairs of a name and the value in hex, or null."""
    return json.dumps([[name, None if value is None else value.hex()] for name, value in record.headers]).encode()
