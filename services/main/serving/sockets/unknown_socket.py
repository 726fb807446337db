"""WebSockets that nobody offers."""

from __future__ import annotations

from typing import Any

from salon_contracts.http.problem import NotFound
from serving.sockets.connection import EXTENSION


async def refuse_unknown_path(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The last route: a handshake to any other path is answered like any other request for what is not there."""
    await receive()  # the handshake
    scope["extensions"][EXTENSION].refuse_handshake(NotFound())
