"""What times off look like: the answers are made here, and so is the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class TimeOffShown(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    note = serializers.CharField()


class TimesOffShown(serializers.Serializer[Any]):
    items = TimeOffShown(many=True)
    next = serializers.CharField(allow_null=True)
