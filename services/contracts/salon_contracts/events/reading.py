"""Turn the bytes of a record into the event it is, or say why that cannot be done."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import from_json

from salon_contracts.events.envelope import Event

LONGEST_NAME = 40
LONGEST_REASON = 200

EventT = TypeVar("EventT", bound=Event)


class UnreadableRecord(Exception):
    """The record is not one of ours: set it aside, never retry it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownEventType(Exception):
    """A well-formed event of a type this reader does not know yet: log it and go on."""

    def __init__(self, event_type: str) -> None:
        super().__init__(event_type)
        self.event_type = event_type


def read_event(raw: bytes | None, *, known: Sequence[type[EventT]]) -> EventT:
    """Read one record value as one of the `known` event classes, chosen by its `type` field.

    Raises:
        UnreadableRecord: empty, not JSON, no `type`, or fields that do not fit.
        UnknownEventType: an event that a newer producer wrote.
    """
    # Nearly every record is ours and whole: read it in one pass, and find out what is wrong only if something is.
    for cls in known:
        with suppress(ValidationError):
            event = cls.model_validate_json(raw or b"")
            if "type" in event.model_fields_set:
                return event
    return _read_with_care(raw, known=known)


def _read_with_care(raw: bytes | None, *, known: Sequence[type[EventT]]) -> EventT:
    body = _json(raw)
    event_type = body.get("type") if isinstance(body, dict) else None
    if not isinstance(event_type, str):
        raise UnreadableRecord("no type")
    for cls in known:
        if cls.model_fields["type"].default == event_type:
            try:
                return cls.model_validate(body)
            except ValidationError as error:
                raise UnreadableRecord(_first_fault(error)) from error
    raise UnknownEventType(event_type)


def _json(raw: bytes | None) -> object:
    if not raw:
        raise UnreadableRecord("empty value")
    try:
        return from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise UnreadableRecord("not JSON") from error


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part)[:LONGEST_NAME] for part in fault["loc"]) or "record"
    return plain(f"{field}: {fault['msg']}")


def plain(reason: str) -> str:
    """Short and printable, whatever a stranger put into it: it goes into logs, headers and columns."""
    return "".join(sign if sign.isprintable() else "?" for sign in reason[:LONGEST_REASON])
