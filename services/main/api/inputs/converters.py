"""What may stand in an address."""

from __future__ import annotations

from django.urls import register_converter
from django.urls.converters import IntConverter, UUIDConverter


class IdConverter(IntConverter):
    """A number that a BIGINT holds: a longer one is an address that does not exist, not a failing query."""

    regex = "[0-9]{1,18}"


class AnyCaseUUIDConverter(UUIDConverter):
    """Django's own knows small letters only. In capitals an id means the same, in a path as in a body."""

    regex = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"


def register() -> None:
    register_converter(IdConverter, "id")
    register_converter(AnyCaseUUIDConverter, "any_case_uuid")
