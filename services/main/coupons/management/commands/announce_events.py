"""`manage.py announce_events`: every published event once more, for a Kafka that begins empty (docs/operations.md)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from coupons.events.publishing import announce_again
from coupons.models import CouponEvent
from salon_kit.tracing import trace_id_from, traced
from serving.commands import UncheckedCommand


class Command(UncheckedCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        published = CouponEvent.objects.exclude(state=CouponEvent.State.DRAFT).values_list("pk", flat=True)
        with traced(trace_id_from(None)):
            for event_id in published:
                announce_again(event_id=event_id, now=timezone.now())
        self.stdout.write(f"{len(published)} events announced")
