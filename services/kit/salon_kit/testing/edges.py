"""Values at the edges of what a JSON schema allows, and just beyond, for every field of every kind of record.

A value is whatever `json.dumps` can write, also what JSON does not really have (NaN, half a surrogate pair).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_SIXTY_FOUR_BITS = (2**31 - 1, 2**31, 2**53 + 1, 2**63 - 1, 2**63, 2**64, 2**70, -(2**63), -(2**70), 10**400)
_NOT_WHOLE: tuple[Any, ...] = (1.5, 1e308, float("nan"), float("inf"), True, "7", "", None, [], {})
_MOMENTS = (
    "0001-01-01T00:00:00+23:59",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999-23:59",
    "1969-12-31T23:59:59Z",
    "1999-12-31T23:59:59.999999Z",
    "2000-01-01T00:00:00Z",
    "2000-01-01T00:00:00+14:00",
    "2024-02-29T23:59:60Z",
    "2026-11-29T00:00:00+09:00",
    "2199-12-31T23:59:59.999999-23:59",
    "2199-12-31T23:59:59.999999Z",
    "2200-01-01T00:00:00Z",
    "2026-11-29T00:00:00",
    "2026-11-29",
    "",
    0,
    1e300,
    253402300800,
    float("nan"),
    None,
)
_UUIDS = (
    "00000000-0000-0000-0000-000000000000",
    "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
    "{0192d7a0-0000-7000-8000-000000000001}",
    "urn:uuid:0192d7a0-0000-7000-8000-000000000001",
    "0192d7a0000070008000000000000001",
    "no-uuid",
    "",
    7,
    None,
)
# Not printable, not one code unit, not normal, not in one direction: and all of it is text.
_SIGNS = (
    "a",
    " ",
    "\n",
    "\x00",
    "\x7f",
    "ﬀ",
    "e\u0301",
    "\u202e",
    "\u200b",
    "\ufeff",
    "\uffff",
    "👩‍🚒",
    "\U0010ffff",
    "\ud800",
)


def records_at_the_edges(schema: Schema, sample: Mapping[str, Any]) -> Iterator[bytes]:
    """The sample once for each field and edge, with that field there, and once without the field."""
    yield json.dumps(sample).encode()
    for name, field in schema["properties"].items():
        rest = {key: value for key, value in sample.items() if key != name}
        yield json.dumps(rest).encode()
        for value in values_at_the_edges(field, schema.get("$defs", {})):
            yield json.dumps({**rest, name: value}).encode()


def values_at_the_edges(field: Schema, definitions: Mapping[str, Schema]) -> Iterator[Any]:
    """Inside and outside of what the field may be."""
    if "$ref" in field:
        field = definitions[field["$ref"].rsplit("/", 1)[-1]]
    for choice in field.get("anyOf", ()):
        yield from values_at_the_edges(choice, definitions)
    yield from (field[key] for key in ("const", "default") if key in field)
    yield from field.get("enum", ())
    yield from _of_its_type(field, definitions)


def _of_its_type(field: Schema, definitions: Mapping[str, Schema]) -> Iterator[Any]:
    match field.get("type"):
        case "integer":
            yield from _whole_numbers(field)
        case "string":
            yield from _texts(field)
        case "array":
            yield from _lists(field, definitions)
        case "object":
            yield from _objects(field, definitions)
        case "boolean":
            yield from (True, False, None, "yes", 2)
        case "null":
            yield None


def _whole_numbers(field: Schema) -> Iterator[Any]:
    lowest, highest = field.get("minimum", -(2**63)), field.get("maximum", field.get("exclusiveMaximum", 2**63))
    yield from (lowest, lowest - 1, highest, highest - 1, highest + 1, 0)
    yield from _SIXTY_FOUR_BITS
    yield from _NOT_WHOLE


def _texts(field: Schema) -> Iterator[Any]:
    if field.get("format") == "date-time":
        yield from _MOMENTS
    elif field.get("format") == "uuid":
        yield from _UUIDS
    else:
        least, most = field.get("minLength", 0), field.get("maxLength", 200)
        yield from _SIGNS
        for sign in ("x", "\U0001f9d1"):
            yield from (sign * length for length in {least, max(0, least - 1), most, most + 1})
        yield from ("0" * 64, "F" * 64, "0" * 63, 7, True, None, [], {})


def _lists(field: Schema, definitions: Mapping[str, Schema]) -> Iterator[Any]:
    most = field.get("maxItems", 100)
    items = list(values_at_the_edges(field.get("items", {}), definitions))
    yield from ([], None, "x", {}, [[]])
    yield from ([item] for item in items)
    for length in (most, most + 1):
        yield ["0" * 64] * length


def _objects(field: Schema, definitions: Mapping[str, Schema]) -> Iterator[Any]:
    yield from ({}, None, [], "x", 7)
    for name, inner in field.get("properties", {}).items():
        yield from ({name: value} for value in values_at_the_edges(inner, definitions))
    if "additionalProperties" in field:
        yield from ({sign: sign} for sign in _SIGNS)
        yield from ({"name": "x" * 1_001}, {"x" * 1_001: "value"}, {"name": 7}, {"name": None})
        yield {f"name {number}": "value" for number in range(field.get("maxProperties", 50))}
        yield {f"name {number}": "value" for number in range(1_000)}
