"""The audit log as operators see it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from coupons.models import AuditEntry


class OperatorShown(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class AuditEntryShown(serializers.ModelSerializer[AuditEntry]):
    operator = OperatorShown()

    class Meta:
        model = AuditEntry
        fields = ["id", "act", "operator", "acted_at", "revision_before", "revision_after", "facts", "trace_id"]


class AuditPage(serializers.Serializer[Any]):
    items = AuditEntryShown(many=True)
    next = serializers.CharField(allow_null=True)
