"""What bookings look like: the answers are made here, and so is the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookings.lifecycle.states import State
from bookings.models import Booking
from prices.serializers import PriceLineShown
from salons.models import DogSize
from salons.serializers import NamedShown


class NamedDogShown(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class PricedTreatmentShown(serializers.Serializer[Any]):
    treatment = NamedShown()
    dog_size = serializers.ChoiceField(choices=DogSize.choices)
    minutes = serializers.IntegerField()
    base = serializers.IntegerField(help_text="won, for the size")
    lines = PriceLineShown(many=True, help_text="what the salon's rules add for this dog")
    price = serializers.IntegerField(help_text="won: base and lines together, 200,000,000 at most; below 100 it is 0")


class BookedTreatmentShown(PricedTreatmentShown):
    dog = NamedDogShown(allow_null=True, help_text="null for a dog that has no row, or none any more")


class CancellationTermShown(serializers.Serializer[Any]):
    until = serializers.DateTimeField(help_text="that moment included")
    fee = serializers.IntegerField(help_text="won")


class BookingShown(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=State.choices, help_text="new ones may come")
    status = serializers.ChoiceField(
        choices=Booking.Status.choices, help_text="for older clients: what is not cancelled is confirmed"
    )
    groomer = NamedShown()
    salon = NamedShown(source="groomer.salon")
    treatments = BookedTreatmentShown(source="visit", many=True)
    treatment = NamedShown(help_text="of treatments, the first")
    dog_size = serializers.ChoiceField(choices=DogSize.choices, help_text="of treatments, the first")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    price = serializers.IntegerField(help_text="won, of all treatments")
    cancellation_terms = CancellationTermShown(
        many=True, help_text="as agreed when it was booked: what cancelling costs its customer until when"
    )
    cancellation_fee = serializers.IntegerField(
        allow_null=True, help_text="won that cancelling it cost; null before, and where no release kept it"
    )
    sequence = serializers.IntegerField(help_text="rises when it is moved or cancelled")


class BookingsShown(serializers.Serializer[Any]):
    items = BookingShown(many=True)
    next = serializers.CharField(allow_null=True)


class SlotShown(serializers.Serializer[Any]):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class SlotsShown(serializers.Serializer[Any]):
    items = SlotShown(many=True)
    today = serializers.DateField(help_text="which day it is where the salon is; earlier ones have no slots")
