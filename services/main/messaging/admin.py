"""What could not be applied, for operators to look at."""

from __future__ import annotations

from django.contrib import admin

from accounts.operators.pages import ReadByOperators
from messaging.models import SetAsideRecord


@admin.register(SetAsideRecord)
class SetAsideRecordAdmin(ReadByOperators):
    list_display = ("topic", "partition", "offset", "consumer_group", "reason", "size", "set_aside_at")
    list_filter = ("topic", "consumer_group")
    exclude = ("key", "value", "headers")
    readonly_fields = ("as_text",)

    @admin.display(description="내용")
    def as_text(self, record: SetAsideRecord) -> str:
        """The beginning of the value, with what cannot be shown escaped."""
        return ascii(bytes(record.value or b"")[:4_000])
