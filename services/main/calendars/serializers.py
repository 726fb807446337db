"""What feeds look like: the answers are made here, and so is the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class CalendarFeedShown(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    made_at = serializers.DateTimeField()


class NewCalendarFeedShown(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="feed.id")
    made_at = serializers.DateTimeField(source="feed.made_at")
    url = serializers.CharField(help_text="for a calendar to subscribe to: whoever has it reads it; shown only now")


class CalendarFeedsShown(serializers.Serializer[Any]):
    items = CalendarFeedShown(many=True)
