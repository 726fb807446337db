"""What the times for a visit look like: the answers are made here, and so is the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookings.serializers import PricedTreatmentShown, SlotShown
from salons.serializers import CancellationStepShown


class OpenSlotShown(SlotShown):
    groomers = serializers.ListField(child=serializers.IntegerField(), help_text="ids of those who are free")


class OpenTimesShown(serializers.Serializer[Any]):
    minutes = serializers.IntegerField(help_text="what the visit takes")
    price = serializers.IntegerField(help_text="what it costs, in won: what a booking of it freezes now")
    treatments = PricedTreatmentShown(source="visit", many=True)
    time_zone = serializers.CharField(help_text="of the salon, by the names of IANA")
    cancellation_policy = CancellationStepShown(many=True)
    today = serializers.DateField(help_text="which day it is where the salon is; earlier ones have no slots")
    items = OpenSlotShown(many=True)
