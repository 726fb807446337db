"""The base of every `Input`, and the fields of bodies: each takes the JSON type that it says, and no other."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from api.inputs.text import UnfitText, clean_line, clean_text
from api.language import words, words_later

_UUID = re.compile("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
# What Python reads as a time is far more: weeks, no dashes, a NUL at the end, digits of other scripts.
_RFC_3339_BUT_FOR_ITS_OFFSET = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?",
    re.ASCII | re.IGNORECASE,
)


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know: a misspelled field must not be a silent no-op."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError(
                {
                    name[:100]: ErrorDetail(words(en="Unknown field", ko="알 수 없는 항목이에요"), code="unknown")
                    for name in unknown[:20]
                }
            )
        return super().to_internal_value(data)


class StrictStringField(serializers.CharField):
    """Text only: CharField itself turns numbers into text."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class CleanLineField(StrictStringField):
    """One line that people read: a name, a title, the words of a search. Comes out in NFC (api.inputs.text)."""

    def __init__(self, **options: Any) -> None:
        # A line break at the end is refused as one in the middle is; spaces there are taken away by the rule.
        super().__init__(trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        line = _clean(clean_line, super().to_internal_value(data))
        if not line and not self.allow_blank:
            self.fail("blank")
        return line


class CleanTextField(StrictStringField):
    """Text of several lines that people read: a note, a message. Comes out in NFC (api.inputs.text)."""

    def to_internal_value(self, data: Any) -> str:
        return _clean(clean_text, super().to_internal_value(data))


def _clean(rule: Callable[[str], str], text: str) -> str:
    try:
        return rule(text)
    except UnfitText as unfit:
        message = words(en=str(unfit), ko=_UNFIT_KO.get(unfit.code, "여기에 쓸 수 없는 문자가 있어요"))
        raise serializers.ValidationError(message, code=unfit.code) from unfit


_UNFIT_KO = {"invisible": "보이는 글자가 없어요", "too_many_marks": "한 글자에 붙은 기호가 너무 많아요"}


class AnyCaseUUIDField(serializers.UUIDField):
    """A UUID as text, in small or capital letters: they mean the same. UUIDField itself takes numbers and braces."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str) or not _UUID.fullmatch(data):
            self.fail("invalid", value=data)
        return UUID(data)


class StrictBooleanField(serializers.BooleanField):
    """true and false only: BooleanField itself takes "yes" and 1."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class StrictIntegerField(serializers.IntegerField):
    """JSON integers only: IntegerField itself takes "7", 7.0 and true."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class IdField(StrictIntegerField):
    """A number that can be the id of something."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **options)


class MomentField(serializers.DateTimeField):
    """A time with its offset: without one nobody knows when it is."""

    default_error_messages = {
        "invalid": words_later(
            en="Not a moment that there is, written as 2026-05-01T10:00:00+09:00",
            ko="2026-05-01T10:00:00+09:00처럼 적은, 실제로 있는 시각이 아니에요",
        ),
        "no_offset": words_later(
            en="Say the offset, as in 2026-05-01T10:00:00+09:00",
            ko="2026-05-01T10:00:00+09:00처럼 시간대 차이를 함께 적어 주세요",
        ),
    }

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str) or not _RFC_3339_BUT_FOR_ITS_OFFSET.fullmatch(value):
            self.fail("invalid")
        return super().to_internal_value(value.upper())

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("no_offset")
        return super().enforce_timezone(value)
