"""The one body that the line accepts."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from salon_contracts.problem import InvalidInput, MalformedRequest, TooLarge, UnsupportedMediaType


class TicketInput(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    ticket: Annotated[str, Field(min_length=1, max_length=200)] | None = None


async def read_ticket_input(request: Request, *, bytes_max: int) -> TicketInput:
    """Raises TooLarge, UnsupportedMediaType, MalformedRequest, InvalidInput. No body means `{}`."""
    raw = await _read(request, bytes_max)
    if not raw:
        return TicketInput()
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType
    try:
        return TicketInput.model_validate_json(raw)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        if any(fault["type"] in {"json_invalid", "model_type"} for fault in faults):
            raise MalformedRequest from error
        errors = [
            {"field": ".".join(map(str, fault["loc"])) or "body", "code": fault["type"], "detail": fault["msg"]}
            for fault in faults
        ]
        raise InvalidInput(errors=errors) from error


async def _read(request: Request, bytes_max: int) -> bytes:
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > bytes_max:
            raise TooLarge
    return raw
