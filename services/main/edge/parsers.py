"""Reading bodies."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

from salon_contracts.problem import MalformedRequest, TooLarge

MAX_BYTES = 64 * 1024


class StrictJSONParser(BaseParser):
    """JSON objects only, at most MAX_BYTES, without NaN and the like."""

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        try:
            body = json.loads(codecs.decode(_whole(stream), "utf-8"), parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise MalformedRequest from error
        if not isinstance(body, dict):
            raise MalformedRequest("Send one JSON object")
        return body


def _whole(stream: IO[Any]) -> bytes:
    raw: bytes = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise TooLarge(limit_bytes=MAX_BYTES)
    return raw


def _refuse(constant: str) -> None:
    raise ValueError(constant)
