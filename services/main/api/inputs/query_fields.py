"""Fields of query strings: each takes one spelling, and only what every store and library can hold."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.inputs.body_fields import MomentField
from api.language import words_later

_NUMBER = re.compile(r"-?[0-9]{1,18}")
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,7})?")
_KOREA = ZoneInfo("Asia/Seoul")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class QueryNumberField(serializers.IntegerField):
    """Plain digits: IntegerField itself takes "1_0", " 7 ", "7.0" and digits of other scripts."""

    def to_internal_value(self, data: Any) -> int:
        if not (isinstance(data, str) and _NUMBER.fullmatch(data)):
            self.fail("invalid")
        return super().to_internal_value(data)


class QueryDegreesField(serializers.FloatField):
    """Degrees as "37.5172", to a centimetre: FloatField itself takes "nan", "1e3" and " 7 "."""

    def to_internal_value(self, data: Any) -> float:
        if not (isinstance(data, str) and _DEGREES.fullmatch(data)):
            self.fail("invalid")
        return super().to_internal_value(data)


class DayField(serializers.DateField):
    """YYYY-MM-DD. What is far away or long ago is for the view to say."""

    def to_internal_value(self, value: Any) -> date:
        if not (isinstance(value, str) and _DAY.fullmatch(value)):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


@extend_schema_field({"type": "string", "example": "2026-12-05"})
class DayOrMomentField(MomentField):
    """A moment with its offset, or a day, which stands for its last moment in Korea."""

    default_error_messages = {
        "invalid": words_later(
            en="Not a day or a moment that there is, written as 2026-05-01 or 2026-05-01T10:00:00+09:00",
            ko="2026-05-01이나 2026-05-01T10:00:00+09:00처럼 적은, 실제로 있는 날이나 시각이 아니에요",
        ),
    }

    def to_internal_value(self, value: Any) -> datetime:
        if not (isinstance(value, str) and _DAY.fullmatch(value)):
            return super().to_internal_value(value)
        try:
            return datetime.combine(date.fromisoformat(value), time.max, tzinfo=_KOREA)
        except ValueError:
            self.fail("invalid")
