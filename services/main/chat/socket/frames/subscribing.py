"""To hear a room, and no longer."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator

from chat.socket.frames.frame import Frame
from salon_contracts.events.chat import Cursor


def _cursor(value: object) -> object:
    if value is None or isinstance(value, Cursor):
        return value
    if not isinstance(value, str):
        raise ValueError("a cursor is text")
    return Cursor.parse(value)


class Subscribe(Frame):
    type: Literal["subscribe"]
    room_id: UUID
    after: Annotated[Cursor | None, BeforeValidator(_cursor)] = None


class Unsubscribe(Frame):
    type: Literal["unsubscribe"]
    room_id: UUID
