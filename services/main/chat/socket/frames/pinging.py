"""To know that the connection still stands."""

from __future__ import annotations

from typing import Literal

from chat.socket.frames.frame import Frame


class Ping(Frame):
    type: Literal["ping"]
