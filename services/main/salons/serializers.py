"""What salons look like, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class SalonShown(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    region = serializers.CharField()
    address = serializers.CharField()
    summary = serializers.CharField()


class SalonsShown(serializers.Serializer[Any]):
    items = SalonShown(many=True)
    next = serializers.CharField(allow_null=True)


class NamedShown(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class BySizeShown(serializers.Serializer[Any]):
    small = serializers.IntegerField()
    medium = serializers.IntegerField()
    large = serializers.IntegerField()


class TreatmentShown(NamedShown):
    prices = BySizeShown()
    minutes = BySizeShown()


class OpeningHoursShown(serializers.Serializer[Any]):
    weekday = serializers.IntegerField(min_value=0, max_value=6, help_text="0 is Monday")
    opens_at = serializers.RegexField(r"^\d\d:\d\d$", help_text="Korean time")
    closes_at = serializers.RegexField(
        r"^\d\d:\d\d$", help_text="Korean time; 24:00 is midnight; no later than opens_at: on the next day"
    )


class SalonWithOffersShown(SalonShown):
    groomers = NamedShown(many=True)
    treatments = TreatmentShown(many=True)
    opening_hours = OpeningHoursShown(many=True)
