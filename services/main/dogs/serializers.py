"""What is read of dogs, and what they look like: the answers are made here, and so is the OpenAPI document."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.inputs.body_fields import CleanLineField, CleanTextField, StrictIntegerField, StrictSerializer
from api.language import words_later
from dogs.breeds import CHOICES
from dogs.models import (
    HEAVIEST_GRAMS,
    LIGHTEST_GRAMS,
    NAME_LENGTH,
    NOTES_LENGTH,
    Coat,
    Neutered,
    Sex,
    Temperament,
)
from salons.models import DogSize
from salons.serializers import PhotoSizesShown
from salons.slots import today

# No dog on record became thirty.
OLDEST_YEARS = 35


@extend_schema_field({"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$", "example": "2021-03"})
class MonthField(serializers.Field):  # type: ignore[type-arg]  # generic for mypy only
    """YYYY-MM, in Korea: not to come, and not longer ago than dogs live. Comes out as the first day of the month."""

    default_error_messages = {
        "invalid": words_later(
            en="Not a month that there is, written as 2024-05", ko="2024-05처럼 적은, 실제로 있는 달이 아니에요"
        ),
        "future": words_later(en="That month is yet to come", ko="아직 오지 않은 달이에요"),
        "too_old": words_later(en="No dog becomes that old", ko="강아지 나이로는 너무 오래됐어요"),
    }
    _WRITTEN = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)

    def to_internal_value(self, data: Any) -> date:
        if not isinstance(data, str) or not self._WRITTEN.fullmatch(data) or data.startswith("0000"):
            self.fail("invalid")
        month = date.fromisoformat(f"{data}-01")
        now = today(now=timezone.now())
        if month > now:
            self.fail("future")
        if month.year < now.year - OLDEST_YEARS:
            self.fail("too_old")
        return month

    def to_representation(self, value: date) -> str:
        return f"{value:%Y-%m}"


class TemperamentField(serializers.ListField):
    """Each trait once, in the order of the list of traits."""

    child = serializers.ChoiceField(choices=Temperament.choices)
    default_error_messages = {
        "max_length": words_later(en="Longer than the list of traits", ko="고를 수 있는 성격보다 많아요")
    }

    def to_internal_value(self, data: Any) -> list[Any]:
        # As it came: the validator of its length would see each trait once.
        if isinstance(data, list) and len(data) > len(Temperament):
            self.fail("max_length", max_length=len(Temperament))
        found = set(super().to_internal_value(data))
        return [trait.value for trait in Temperament if trait.value in found]


class DogInput(StrictSerializer):
    name = CleanLineField(max_length=NAME_LENGTH)
    breed = serializers.ChoiceField(choices=CHOICES, help_text="`code` of GET /breeds")
    born_in = MonthField(help_text="YYYY-MM, in Korea; not to come")
    sex = serializers.ChoiceField(choices=Sex.choices)
    neutered = serializers.ChoiceField(choices=Neutered.choices)
    weight_grams = StrictIntegerField(min_value=LIGHTEST_GRAMS, max_value=HEAVIEST_GRAMS)
    coat = serializers.ChoiceField(choices=Coat.choices)
    temperament = TemperamentField(max_length=len(Temperament), required=False, default=list)
    health_notes = CleanTextField(max_length=NOTES_LENGTH, allow_blank=True, required=False, default="")


class DogShown(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    breed = serializers.ChoiceField(choices=CHOICES)
    born_in = MonthField(help_text="YYYY-MM, in Korea; not to come")
    sex = serializers.ChoiceField(choices=Sex.choices)
    neutered = serializers.ChoiceField(choices=Neutered.choices)
    weight_grams = serializers.IntegerField()
    size = serializers.ChoiceField(choices=DogSize.choices, help_text="small below 7 kg, large from 15 kg on")
    coat = serializers.ChoiceField(choices=Coat.choices)
    temperament = TemperamentField()
    health_notes = serializers.CharField()
    photo = PhotoSizesShown(allow_null=True, help_text="null where it has none")


class DogsShown(serializers.Serializer[Any]):
    items = DogShown(many=True)
    next = serializers.CharField(allow_null=True)


class BreedShown(serializers.Serializer[Any]):
    code = serializers.CharField()
    ko = serializers.CharField()
    en = serializers.CharField()


class BreedsShown(serializers.Serializer[Any]):
    items = BreedShown(many=True)
