"""What pydantic refuses, in our own words: `errors` of a problem, each {field, code, detail}, in the caller's language.

pydantic speaks English only, and puts "Value error, " in front of what our own checks say.
"""

from __future__ import annotations

from typing import NamedTuple

from pydantic import ValidationError

MOST_ERRORS_SHOWN = 10


class Translation(NamedTuple):
    en: str
    ko: str


_ANY = Translation("This value does not fit here", "여기에 쓸 수 없는 값이에요")
_TEXT = Translation("This has to be text", "글자로 적어 주세요")
_NUMBER = Translation("This has to be a whole number", "정수로 적어 주세요")
_HALF = Translation("This text holds half a character", "반쪽짜리 문자가 들어 있어요")
_UUID = Translation("This has to be a UUID", "UUID 형식이 아니에요")
_DETAILS = {
    "missing": Translation("This field is required", "꼭 필요한 항목이에요"),
    "extra_forbidden": Translation("Unknown field", "알 수 없는 항목이에요"),
    "string_type": _TEXT,
    "string_unicode": _HALF,
    "string_too_short": Translation("This text is too short", "너무 짧아요"),
    "string_too_long": Translation("This text is too long", "너무 길어요"),
    "string_pattern_mismatch": Translation("This is not written as it has to be", "형식에 맞지 않아요"),
    "int_type": _NUMBER,
    "int_parsing": _NUMBER,
    "int_parsing_size": _NUMBER,
    "int_from_float": _NUMBER,
    "greater_than": Translation("This number is too small", "수가 너무 작아요"),
    "greater_than_equal": Translation("This number is too small", "수가 너무 작아요"),
    "less_than": Translation("This number is too large", "수가 너무 커요"),
    "less_than_equal": Translation("This number is too large", "수가 너무 커요"),
    "bool_type": Translation("This has to be true or false", "true나 false로 적어 주세요"),
    "uuid_type": _UUID,
    "uuid_parsing": _UUID,
    "uuid_version": _UUID,
    "not_text": Translation("Frames are JSON text", "프레임은 JSON 텍스트로 보내 주세요"),
    "not_json": Translation("This is not JSON", "JSON이 아니에요"),
    "no_object": Translation("This is not a JSON object", "JSON 객체가 아니에요"),
    "null_characters_not_allowed": Translation("Null characters are not allowed", "널 문자는 쓸 수 없어요"),
    "surrogate_characters_not_allowed": _HALF,
    "cursor": Translation("A cursor looks like 1-4711", "커서는 1-4711처럼 적어요"),
    "from_the_future": Translation("This UUIDv7 was made later than now", "이 UUIDv7에 적힌 시각이 아직 오지 않았어요"),
    "invisible": Translation("Nothing of this can be seen", "보이는 글자가 없어요"),
    "too_many_marks": Translation("Too many marks on one letter", "한 글자에 붙은 기호가 너무 많아요"),
    "unfit_character": Translation("There is a character that does not belong here", "여기에 쓸 수 없는 문자가 있어요"),
}


def field_errors(error: ValidationError, *, language: str, whole: str = "") -> list[dict[str, str]]:
    """The first wrong fields. `language` is "ko" or "en"; `whole` names what no single field is to blame for."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    return [
        {
            "field": _printable(".".join(map(str, fault["loc"]))[:100]) or whole,
            "code": fault["type"],
            "detail": detail_of(fault["type"], language=language),
        }
        for fault in faults[:MOST_ERRORS_SHOWN]
    ]


def detail_of(code: str, *, language: str) -> str:
    translation = _DETAILS.get(code, _ANY)
    return translation.en if language == "en" else translation.ko


def _printable(words: str) -> str:
    """Half a surrogate pair can be escaped in JSON, and nobody can be sent it back."""
    return words.encode(errors="replace").decode()
