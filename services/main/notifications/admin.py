"""What people have been told, for operators to read."""

from __future__ import annotations

from django.contrib import admin

from accounts.operators.pages import ReadByOperators
from notifications.models import Notification


@admin.register(Notification)
class NotificationAdmin(ReadByOperators):
    list_display = ("kind", "recipient", "created_at", "read_at", "wants_mail", "mail_tried_at")
    list_filter = ("kind",)
    list_select_related = ("recipient",)
    search_fields = ("=recipient__email",)
    ordering = ("-created_at",)
