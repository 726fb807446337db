"""A page of a draw as anyone sees it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class DrawPageShown(serializers.Serializer[Any]):
    coupon_event_id = serializers.UUIDField()
    commitment = serializers.CharField()
    seed = serializers.CharField(allow_null=True, help_text="null until the list of entries is shut and stored")
    entries_digest = serializers.CharField(allow_null=True)
    entries = serializers.IntegerField(allow_null=True)
    items = serializers.ListField(
        child=serializers.CharField(), help_text="SHA-256 of each registration ticket, in ascending order"
    )
    next = serializers.IntegerField(allow_null=True)
