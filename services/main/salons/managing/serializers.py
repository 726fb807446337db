"""What an owner sends, and how they see their salon: answers and the OpenAPI document are made here."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from api.inputs.body_fields import CleanLineField, IdField, StrictIntegerField, StrictSerializer
from api.inputs.query_fields import DayField
from api.language import words, words_later
from salons.managing.services import Times
from salons.managing.treatments import Offer
from salons.models import LATITUDES, LONGITUDES, TreatmentKind, Weekday
from salons.models.salon import MOST_BUFFER_MINUTES, MOST_HORIZON_DAYS, MOST_NOTICE_MINUTES
from salons.models.treatment import LEAST_MINUTES, MOST_MINUTES, MOST_WON
from salons.serializers import SalonWithOffersShown
from salons.slots import Hours

MOST_BREAKS, MOST_CLOSED_DAYS, MOST_TREATMENTS = 35, 200, 50
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


@extend_schema_field({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "example": "10:30"})
class ClockInput(serializers.Field):  # type: ignore[type-arg]  # generic for mypy only
    """HH:MM, in Korean time."""

    default_error_messages = {"invalid": words_later(en="Written as 09:30", ko="09:30처럼 적어 주세요")}

    def to_internal_value(self, data: Any) -> time:
        if not (isinstance(data, str) and _CLOCK.fullmatch(data)):
            self.fail("invalid")
        return time.fromisoformat(data)


@extend_schema_field({"type": "string", "pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", "example": "24:00"})
class ClosingInput(ClockInput):
    """24:00 is midnight."""

    def to_internal_value(self, data: Any) -> time:
        return time(0) if data == "24:00" else super().to_internal_value(data)


class DegreesField(serializers.FloatField):
    """A JSON number: FloatField itself takes "37.5" and true."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class ProfileInput(StrictSerializer):
    name = CleanLineField(max_length=60)
    address = CleanLineField(max_length=200)
    summary = CleanLineField(max_length=200, allow_blank=True)
    region_id = IdField()
    latitude = DegreesField(min_value=LATITUDES[0], max_value=LATITUDES[1], allow_null=True)
    longitude = DegreesField(min_value=LONGITUDES[0], max_value=LONGITUDES[1], allow_null=True)
    buffer_minutes = StrictIntegerField(min_value=0, max_value=MOST_BUFFER_MINUTES)
    notice_minutes = StrictIntegerField(min_value=0, max_value=MOST_NOTICE_MINUTES)
    horizon_days = StrictIntegerField(min_value=0, max_value=MOST_HORIZON_DAYS)


class HoursInput(StrictSerializer):
    weekday = StrictIntegerField(min_value=0, max_value=6, help_text="0 is Monday")
    opens_at = ClockInput()
    closes_at = ClosingInput(help_text="no later than opens_at: on the next day")


class BreakInput(StrictSerializer):
    weekday = StrictIntegerField(min_value=0, max_value=6, help_text="0 is Monday")
    starts_at = ClockInput()
    ends_at = ClosingInput(help_text="no later than starts_at: on the next day")


class ClosedDayInput(StrictSerializer):
    day = DayField(help_text="YYYY-MM-DD, where the salon is")
    note = CleanLineField(max_length=100, allow_blank=True, required=False, default="")


class TimesInput(StrictSerializer):
    """Several openings of one day are one with breaks between them."""

    opening_hours = serializers.ListField(child=HoursInput(), max_length=len(Weekday))
    breaks = serializers.ListField(child=BreakInput(), max_length=MOST_BREAKS)
    closed_days = serializers.ListField(child=ClosedDayInput(), max_length=MOST_CLOSED_DAYS)

    def validate_opening_hours(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return _each_once(rows, "weekday")

    def validate_closed_days(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return _each_once(rows, "day")

    def times(self) -> Times:
        """After `is_valid`."""
        given = self.validated_data
        return Times(
            hours={row["weekday"]: Hours(row["opens_at"], row["closes_at"]) for row in given["opening_hours"]},
            breaks=[(row["weekday"], Hours(row["starts_at"], row["ends_at"])) for row in given["breaks"]],
            closed_days={row["day"]: row["note"] for row in given["closed_days"]},
        )


class PricesBySizeInput(StrictSerializer):
    """Whole won."""

    small = StrictIntegerField(min_value=0, max_value=MOST_WON)
    medium = StrictIntegerField(min_value=0, max_value=MOST_WON)
    large = StrictIntegerField(min_value=0, max_value=MOST_WON)


class MinutesBySizeInput(StrictSerializer):
    small = StrictIntegerField(min_value=LEAST_MINUTES, max_value=MOST_MINUTES)
    medium = StrictIntegerField(min_value=LEAST_MINUTES, max_value=MOST_MINUTES)
    large = StrictIntegerField(min_value=LEAST_MINUTES, max_value=MOST_MINUTES)


class TreatmentInput(StrictSerializer):
    id = IdField(required=False, help_text="of one that is there; without it, the one of this name, or a new one")
    name = CleanLineField(max_length=60)
    kind = serializers.ChoiceField(choices=TreatmentKind.choices)
    prices = PricesBySizeInput()
    minutes = MinutesBySizeInput()


class TreatmentsInput(StrictSerializer):
    treatments = serializers.ListField(child=TreatmentInput(), max_length=MOST_TREATMENTS)

    def validate_treatments(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return _each_once(rows, "name")

    def offers(self) -> list[Offer]:
        """After `is_valid`."""
        return [
            Offer(
                row.get("id"),
                {"name": row["name"], "kind": row["kind"]}
                | {f"price_{size}": won for size, won in row["prices"].items()}
                | {f"minutes_{size}": minutes for size, minutes in row["minutes"].items()},
            )
            for row in self.validated_data["treatments"]
        ]


def _each_once(rows: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    if len({row[name] for row in rows}) < len(rows):
        raise serializers.ValidationError(
            ErrorDetail(words(en="Each once", ko="한 번씩만 적어 주세요"), code="repeated")
        )
    return rows


class OwnSalonShown(SalonWithOffersShown):
    region_id = serializers.IntegerField()
    buffer_minutes = serializers.IntegerField()
    notice_minutes = serializers.IntegerField()
    horizon_days = serializers.IntegerField()
