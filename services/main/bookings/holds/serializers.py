"""What holds look like: the answers are made here, and so is the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookings.holds.states import HoldState
from prices.serializers import PriceLineShown
from salons.models import DogSize
from salons.serializers import NamedShown


class HeldTreatmentShown(serializers.Serializer[Any]):
    treatment_id = serializers.IntegerField()
    dog_id = serializers.UUIDField(allow_null=True)
    dog_size = serializers.ChoiceField(choices=DogSize.choices)
    minutes = serializers.IntegerField()
    base = serializers.IntegerField(source="price_sheet.base", help_text="won, for the size")
    lines = PriceLineShown(source="price_sheet.lines", many=True, help_text="what the salon's rules add for this dog")
    price = serializers.IntegerField(help_text="won: base and lines together; below 100 it is 0")


class HoldShown(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(
        choices=HoldState.choices, help_text="held, as far as held_until has not passed; new ones may come"
    )
    groomer = NamedShown()
    salon = NamedShown(source="groomer.salon")
    treatments = HeldTreatmentShown(source="visit", many=True)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    price = serializers.IntegerField(help_text="won, of all treatments: what the booking will cost")
    needs_payment = serializers.BooleanField(help_text="it is booked by paying for it, and not otherwise")
    held_until = serializers.DateTimeField(help_text="from then on anybody may book it")


class HoldsShown(serializers.Serializer[Any]):
    items = HoldShown(many=True)
