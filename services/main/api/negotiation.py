"""Which form a body has, and which form an answer may have. DRF's own reading of these headers fails at some."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

_FITS = frozenset({"", "*/*", "application/*", "application/json", "application/problem+json"})
_MOST_RANGES = 50
_NOT_WANTED = re.compile(r"q=0(\.0*)?")


class JsonOnly(BaseContentNegotiation):
    def select_parser(self, request: Request, parsers: Sequence[BaseParser]) -> BaseParser | None:  # type: ignore[override]
        wanted = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == wanted), None)

    def select_renderer(  # type: ignore[override]
        self, request: Request, renderers: Sequence[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Raises NotAcceptable."""
        ranges = request.headers.get("Accept", "").split(",")[:_MOST_RANGES]
        if _FITS.isdisjoint(one.partition(";")[0].strip().lower() for one in ranges):
            raise NotAcceptable
        return renderers[0], str(renderers[0].media_type)


def takes_gzip(accept_encoding: str) -> bool:
    """Whether it is named, and not as the one thing that is not wanted."""
    named = (one.lower().partition(";") for one in accept_encoding.split(",")[:_MOST_RANGES])
    return any(
        coding.strip() == "gzip" and not _NOT_WANTED.fullmatch("".join(parameters.split()))
        for coding, _, parameters in named
    )


def is_coded(request: Any) -> bool:
    """Whether the body is compressed: nothing here unpacks what a stranger packed."""
    return request.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}


class AnyAnswer(JsonOnly):
    """For an address with an answer of its own kind, which programs read that name all sorts of kinds or none."""

    def select_renderer(  # type: ignore[override]
        self, request: Request, renderers: Sequence[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], str(renderers[0].media_type)
