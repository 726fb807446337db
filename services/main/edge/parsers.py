"""Reading bodies."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

from salon_contracts.problem import MalformedRequest


class StrictJSONParser(BaseParser):
    """JSON objects only, at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes, without NaN and the like."""

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        try:
            body = json.loads(codecs.decode(stream.read(), "utf-8"), parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise MalformedRequest from error
        if not isinstance(body, dict):
            raise MalformedRequest("Send one JSON object")
        return body


def _refuse(constant: str) -> None:
    raise ValueError(constant)
