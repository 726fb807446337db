"""What may stand in an address."""

from __future__ import annotations

from django.urls import register_converter
from django.urls.converters import IntConverter


class IdConverter(IntConverter):
    """A number that a BIGINT holds: a longer one is an address that does not exist, not a failing query."""

    regex = "[0-9]{1,18}"


def register() -> None:
    register_converter(IdConverter, "id")
