"""Record an event in the transaction of the change it tells of."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from outbox.models import OutboxRow
from salon_contracts.events.envelope import Event
from salon_kit.tracing import bound_trace_id


class NotInTransaction(RuntimeError):
    """An event outside a transaction could be sent though its change is lost, or the other way round."""


def record(event: Event) -> None:
    """Raises NotInTransaction outside an atomic block, NoTrace outside `traced`."""
    bound_trace_id()
    record_all([event])


def record_all(events: Sequence[Event]) -> None:
    """Several at once, in this order, each of a click of its own. Raises NotInTransaction outside an atomic block."""
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction
    OutboxRow.objects.bulk_create(
        OutboxRow(topic=event.topic, key=event.key, event_id=event.event_id, value=event.to_bytes()) for event in events
    )
