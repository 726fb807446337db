"""What bookings look like: the answers are made here, and so is the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookings.models import Booking
from salons.models import DogSize
from salons.serializers import NamedShown


class BookingShown(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=Booking.Status.choices)
    groomer = NamedShown()
    salon = NamedShown(source="groomer.salon")
    treatment = NamedShown()
    dog_size = serializers.ChoiceField(choices=DogSize.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    price = serializers.IntegerField(help_text="won")


class BookingsShown(serializers.Serializer[Any]):
    items = BookingShown(many=True)
    next = serializers.CharField(allow_null=True)


class SlotShown(serializers.Serializer[Any]):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class SlotsShown(serializers.Serializer[Any]):
    items = SlotShown(many=True)
    today = serializers.DateField(help_text="which day it is in Korea; earlier ones have no slots")
