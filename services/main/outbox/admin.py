"""What waits to be sent, for operators to look at."""

from __future__ import annotations

from django.contrib import admin

from edge.operators import ReadByOperators
from outbox.models import OutboxRow


@admin.register(OutboxRow)
class OutboxRowAdmin(ReadByOperators):
    list_display = ("id", "topic", "key", "event_id", "recorded_at")
    list_filter = ("topic",)
    exclude = ("value",)
