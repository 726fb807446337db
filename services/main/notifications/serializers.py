"""Notifications as their recipient sees them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from notifications.models import Notification


class NotificationShown(serializers.ModelSerializer[Notification]):
    facts = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = Notification
        fields = ["id", "kind", "facts", "created_at", "read_at"]
        read_only_fields = fields


class NotificationPage(serializers.Serializer[Any]):
    items = NotificationShown(many=True)
    next = serializers.CharField(allow_null=True)
    unread = serializers.IntegerField()


class Unread(serializers.Serializer[Any]):
    unread = serializers.IntegerField()
