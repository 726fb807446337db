"""Events that can never go: set aside so that nothing waits for them, and sent again when an operator says so."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from outbox import metrics
from outbox.models import OutboxRow, ParkedRow
from salon_contracts.events.topics import ALL
from salon_kit.logs import get_logger

log = get_logger(__name__)

_STATES = {topic.name for topic in ALL if "compact" in topic.config.get("cleanup.policy", "")}


def park(row: OutboxRow, *, reason: str) -> None:
    with transaction.atomic():
        ParkedRow.objects.create(
            topic=row.topic,
            key=row.key,
            event_id=row.event_id,
            value=row.value,
            recorded_at=row.recorded_at,
            reason=reason[:200],
        )
        row.delete()
    metrics.parked.labels(row.topic).inc()
    log.error("outbox_row_parked", topic=row.topic, key=row.key, event_id=str(row.event_id), reason=reason)


def forget_sent(rows: Sequence[OutboxRow]) -> None:
    """These are in Kafka. What is parked of their keys has been overtaken."""
    with transaction.atomic():
        parked = ParkedRow.objects.filter(topic__in={row.topic for row in rows}, key__in={row.key for row in rows})
        parked.filter(is_overtaken=False).update(is_overtaken=True)
        OutboxRow.objects.filter(pk__in=[row.pk for row in rows]).delete()


def send_again(parked: ParkedRow) -> bool:
    """Record it anew, after all that waits. False where that would put an old state last on a compacted topic."""
    with transaction.atomic():
        row = ParkedRow.objects.select_for_update().get(pk=parked.pk)
        later = row.is_overtaken or OutboxRow.objects.filter(topic=row.topic, key=row.key).exists()
        if later and row.topic in _STATES:
            return False
        OutboxRow.objects.create(topic=row.topic, key=row.key, event_id=row.event_id, value=row.value)
        row.delete()
    return True
