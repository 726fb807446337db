"""What the same visit again looks like: the answers are made here, and so is the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookings.serializers import BookedTreatmentShown
from bookings.visits.serializers import OpenSlotShown
from salons.models import DogSize
from salons.serializers import CancellationStepShown, NamedShown


class MissingShown(serializers.Serializer[Any]):
    what = serializers.ChoiceField(choices=["groomer", "treatment"], help_text="new ones may come")
    name = serializers.CharField()


class TreatmentAgainShown(serializers.Serializer[Any]):
    """Of a dog of mine (`dog_id`), or of a dog of a size: the other one is not there."""

    treatment_id = serializers.IntegerField()
    dog_id = serializers.UUIDField(required=False)
    dog_size = serializers.ChoiceField(choices=DogSize.choices, required=False)


class BodyAgainShown(serializers.Serializer[Any]):
    """`groomer_id`, or `salon_id` where that groomer is no longer there."""

    groomer_id = serializers.IntegerField(required=False)
    salon_id = serializers.IntegerField(required=False)
    treatments = TreatmentAgainShown(many=True)


class RebookingShown(serializers.Serializer[Any]):
    salon = NamedShown()
    groomer = NamedShown(allow_null=True, help_text="null: whoever of the salon is free")
    missing = MissingShown(many=True, help_text="what the booking was of and the next one cannot be of")
    body = BodyAgainShown(
        allow_null=True,
        help_text="with `starts_at` of one of `items`, what POST /bookings and POST /holds take; null: nothing is left",
    )
    treatments = BookedTreatmentShown(source="visit", many=True, help_text="at the prices of today")
    minutes = serializers.IntegerField(help_text="what it takes")
    price = serializers.IntegerField(help_text="what it costs today, in won")
    time_zone = serializers.CharField(help_text="of the salon, by the names of IANA")
    cancellation_policy = CancellationStepShown(many=True)
    today = serializers.DateField(help_text="which day it is where the salon is")
    items = OpenSlotShown(many=True, help_text="the soonest times, twenty at most")
