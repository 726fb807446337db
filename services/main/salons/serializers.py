"""What salons look like: the answers are made here, and so is the OpenAPI document."""

from __future__ import annotations

from datetime import time
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from salons.models import DogSize, Treatment, TreatmentKind


class DistrictShown(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField(source="district")


class CityShown(serializers.Serializer[Any]):
    city = serializers.CharField()
    districts = DistrictShown(many=True)


class RegionsShown(serializers.Serializer[Any]):
    items = CityShown(many=True)


class SizesShown(serializers.Serializer[Any]):
    """Addresses of WebP images whose longest side is at most 320, 800 and 1600 pixels. Each may be kept for ever."""

    small = serializers.CharField()
    medium = serializers.CharField()
    large = serializers.CharField()


class PhotoSizesShown(serializers.Serializer[Any]):
    """Of a photo (photos.models.Photo): here, as salons and dogs show photos and know nothing else of them."""

    id = serializers.UUIDField()
    width = serializers.IntegerField(help_text="of the large one, in pixels")
    height = serializers.IntegerField()
    sizes = SizesShown()


class RatingShown(serializers.Serializer[Any]):
    """Of the reviews that are shown (reviews.models.Rating)."""

    average = serializers.FloatField(min_value=1, max_value=5, help_text="stars, to a tenth")
    count = serializers.IntegerField(min_value=1)


class SalonShown(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    region = serializers.CharField()
    address = serializers.CharField()
    summary = serializers.CharField()
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    cover = PhotoSizesShown(allow_null=True, help_text="the first photo of its gallery; null where it shows none")
    rating = RatingShown(source="shown_rating", allow_null=True, help_text="null where nobody has said anything yet")


class NamedShown(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class BySizeShown(serializers.Serializer[Any]):
    small = serializers.IntegerField()
    medium = serializers.IntegerField()
    large = serializers.IntegerField()


class TreatmentShown(NamedShown):
    kind = serializers.ChoiceField(choices=TreatmentKind.choices)
    prices = serializers.SerializerMethodField(help_text="won")
    minutes = serializers.SerializerMethodField()

    @extend_schema_field(BySizeShown)
    def get_prices(self, treatment: Treatment) -> dict[str, int]:
        return {size.value: treatment.price(size) for size in DogSize}

    @extend_schema_field(BySizeShown)
    def get_minutes(self, treatment: Treatment) -> dict[str, int]:
        return {size.value: int(treatment.duration(size).total_seconds() // 60) for size in DogSize}


class ClockField(serializers.RegexField):
    """HH:MM."""

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^\d\d:\d\d$", **options)

    def to_representation(self, value: Any) -> str:
        return f"{value:%H:%M}"


class ClosingField(ClockField):
    """Until midnight is until 24:00, as Koreans write it; what is no later than the opening is of the next day."""

    def to_representation(self, value: Any) -> str:
        return "24:00" if value == time(0) else super().to_representation(value)


class OpeningHoursShown(serializers.Serializer[Any]):
    weekday = serializers.IntegerField(min_value=0, max_value=6, help_text="0 is Monday")
    opens_at = ClockField(help_text="by the clocks of the salon's time zone")
    closes_at = ClosingField(help_text="24:00 is midnight; no later than opens_at: on the next day")


class CancellationStepShown(serializers.Serializer[Any]):
    until_hours_before = serializers.IntegerField(help_text="the last moment is so many hours before it begins")
    fee_percent = serializers.IntegerField(help_text="of the price, rounded down to whole won")


class BreakShown(serializers.Serializer[Any]):
    weekday = serializers.IntegerField(min_value=0, max_value=6, help_text="0 is Monday")
    starts_at = ClockField(help_text="Korean time")
    ends_at = ClosingField(help_text="Korean time; no later than starts_at: on the next day")


class ClosedDayShown(serializers.Serializer[Any]):
    day = serializers.DateField(help_text="where the salon is")
    note = serializers.CharField()


NEXT_FREE = (
    "the soonest beginning that can be booked of the shortest thing that it offers; null where nothing is free as far "
    "ahead as it takes bookings"
)


class SalonWithOffersShown(SalonShown):
    next_free_at = serializers.DateTimeField(allow_null=True, help_text=NEXT_FREE)
    cancellation_policy = CancellationStepShown(
        source="policy", many=True, help_text="the earliest first; a booking keeps the one it was made under"
    )
    prepayment = serializers.BooleanField(help_text="a slot is booked by paying for it")
    time_zone = serializers.CharField(help_text="Asia/Seoul, by the names of IANA")
    groomers = NamedShown(many=True)
    treatments = TreatmentShown(many=True)
    opening_hours = OpeningHoursShown(many=True)
    breaks = BreakShown(many=True)
    closed_days = ClosedDayShown(many=True, help_text="on these the hours of the weekday do not take place")
