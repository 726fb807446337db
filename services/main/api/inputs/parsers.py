"""Reading bodies."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

from api.language import words
from api.negotiation import is_coded
from salon_contracts.http.problem import InvalidInput, MalformedRequest, TooLarge, UnsupportedMediaType
from salon_contracts.http.strict_json import strict_json
from serving.body_limit import MAX_BODY_BYTES

MAX_BYTES = MAX_BODY_BYTES
MAX_DEPTH = 20


class StrictJSONParser(BaseParser):
    """JSON objects only, at most MAX_BYTES and MAX_DEPTH, each name once, nothing that only some readers can hold."""

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        if parser_context and is_coded(parser_context["request"]):
            raise UnsupportedMediaType
        try:
            body = strict_json(codecs.decode(_whole(stream), "utf-8"))
        except (ValueError, RecursionError) as error:
            raise MalformedRequest from error
        if not isinstance(body, dict):
            raise MalformedRequest(words(en="Send one JSON object", ko="JSON 객체 하나를 보내 주세요"))
        _check(body)
        return body


def _whole(stream: IO[Any]) -> bytes:
    raw: bytes = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise TooLarge(limit_bytes=MAX_BYTES)
    return raw


def _check(body: dict[str, Any]) -> None:
    """Raises MalformedRequest for what is nested too deep, InvalidInput for half a character."""
    level: list[tuple[str, Any]] = [("", body)]
    for _ in range(MAX_DEPTH):
        level = [found for field, value in level for found in _inside(field, value)]
        if not level:
            return
    raise MalformedRequest(words(en="Nested too deep", ko="너무 깊이 중첩되었어요"))


def _inside(field: str, value: Any) -> list[tuple[str, Any]]:
    """What a value holds, each part under the name of the outermost field."""
    if isinstance(value, str):
        _check_text(value, field=field)
    elif isinstance(value, list):
        return [(field, one) for one in value]
    elif isinstance(value, dict):
        for name in value:
            _check_text(name, field=field)
        return [(field or name, one) for name, one in value.items()]
    return []


def _check_text(text: str, *, field: str) -> None:
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        detail = words(en="Half of a character is not text", ko="올바른 문자가 아니에요")
        raise InvalidInput(errors=[{"field": field, "code": "surrogate_characters_not_allowed", "detail": detail}])
