"""What waits to be sent and what cannot be, for operators to look at."""

from __future__ import annotations

from django.contrib import admin

from accounts.operators.pages import ReadByOperators
from outbox.models import OutboxRow, ParkedRow


@admin.register(OutboxRow)
class OutboxRowAdmin(ReadByOperators):
    list_display = ("id", "topic", "key", "event_id", "recorded_at")
    list_filter = ("topic",)
    exclude = ("value",)


@admin.register(ParkedRow)
class ParkedRowAdmin(ReadByOperators):
    """Sent again with `manage.py send_parked_events`."""

    list_display = ("id", "topic", "key", "event_id", "reason", "is_overtaken", "recorded_at", "parked_at")
    list_filter = ("topic", "reason")
    exclude = ("value",)
