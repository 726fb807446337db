"""The one body that the line accepts."""

from __future__ import annotations

from pydantic import ValidationError
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from salon_contracts.http.field_errors import field_errors
from salon_contracts.http.line_documents import TicketInput
from salon_contracts.http.problem import (
    InvalidInput,
    MalformedRequest,
    TooLarge,
    UnsupportedMediaType,
    language_of,
)
from salon_contracts.http.strict_json import strict_json

_NO_TICKET = TicketInput()


async def read_ticket_input(
    receive: Receive, *, content_type: str, accept_language: str, bytes_max: int
) -> TicketInput:
    """Raises TooLarge, UnsupportedMediaType, MalformedRequest, InvalidInput. No body means `{}`."""
    raw = await _read(receive, bytes_max)
    if not raw:
        return _NO_TICKET
    if content_type.split(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType
    if raw == b"{}":  # what almost everybody sends
        return _NO_TICKET
    try:
        body = strict_json(raw.decode())
    except (ValueError, RecursionError) as error:
        raise MalformedRequest from error
    if not isinstance(body, dict):
        raise MalformedRequest
    try:
        return TicketInput.model_validate(body)
    except ValidationError as error:
        language = language_of(accept_language)
        raise InvalidInput(errors=field_errors(error, language=language, whole="body")) from error


async def _read(receive: Receive, bytes_max: int) -> bytes:
    raw: bytes = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        raw += message.get("body", b"")
        if len(raw) > bytes_max:
            raise TooLarge
        if not message.get("more_body", False):
            return raw
