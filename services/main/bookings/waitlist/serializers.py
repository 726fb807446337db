"""What entries of the waitlist look like: the answers are made here, and so is the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookings.holds.serializers import HoldShown
from bookings.waitlist.states import WaitState
from prices.rules import Matting
from salons.models import DogSize
from salons.serializers import NamedShown


class WaitedForShown(serializers.Serializer[Any]):
    treatment_id = serializers.IntegerField()
    dog_id = serializers.UUIDField(allow_null=True)
    dog_size = serializers.ChoiceField(choices=DogSize.choices, allow_null=True)
    matting = serializers.ChoiceField(choices=[one.value for one in Matting])


class WaitlistEntryShown(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=WaitState.choices, help_text="new ones may come")
    salon = NamedShown()
    groomer = NamedShown(allow_null=True, help_text="null: any of the salon")
    treatments = WaitedForShown(source="asked", many=True)
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    offers = HoldShown(
        source="standing_offers", many=True, help_text="held for me: book it at /holds/{id}/booking, or let it go"
    )
    joined_at = serializers.DateTimeField()


class WaitlistShown(serializers.Serializer[Any]):
    items = WaitlistEntryShown(many=True)
    next = serializers.CharField(allow_null=True)
