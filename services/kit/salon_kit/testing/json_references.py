"""The references of a JSON document (OpenAPI, AsyncAPI, JSON Schema), and those that lead nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def dangling_references(document: Mapping[str, Any]) -> set[str]:
    """Each `$ref` of the document at which there is nothing."""
    return {reference for reference in _references(document) if not _leads_somewhere(document, reference)}


def _references(part: object) -> set[str]:
    if isinstance(part, list):
        return {found for item in part for found in _references(item)}
    if not isinstance(part, Mapping):
        return set()
    own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
    return own.union(*map(_references, part.values()))


def _leads_somewhere(document: Mapping[str, Any], reference: str) -> bool:
    place: Any = document
    for step in reference.removeprefix("#/").split("/"):
        if not isinstance(place, Mapping) or step not in place:
            return False
        place = place[step]
    return True
