"""One customer's stream, and the `place` that it shows."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson

from coupon_queue.eta import eta_of
from coupon_queue.line.tickets import Tickets
from coupon_queue.scripts import FINAL_STATES, Place
from coupon_queue.streams.open_stream import OpenStream, encode_event


def place_document(place: Place, *, tickets: Tickets, event_id: UUID, account_id: int) -> dict[str, Any]:
    """The `place` document of docs/api.md."""
    ticket = None
    if not place.is_final:
        ticket = tickets.sign(event_id=event_id, account_id=account_id, number=place.number)
    document: dict[str, Any] = {
        "ticket": ticket,
        "number": place.number,
        "ahead": place.ahead,
        "state": place.state,
        "seq": place.seq,
        "admitted": place.admitted,
        "eta": eta_of(ahead=place.ahead, per_place=place.eta_per_place) if place.state == "waiting" else None,
        "coupon": {"coupon_id": place.coupon_id, "serial": place.serial} if place.state == "issued" else None,
    }
    if place.reason:
        document["reason"] = place.reason
    return document


def place_event(document: dict[str, Any]) -> bytes:
    """Its id is the frame's number; how it ended, when it did, stands behind that (see `ending_sent`)."""
    ending = b"-" + document["state"].encode() if document["state"] in FINAL_STATES else b""
    return encode_event("place", orjson.dumps(document), event_id=b"%d%s" % (document["seq"], ending))


def ending_sent(last_event_id: bytes) -> str | None:
    """How the stream ended whose last event had this id; None for every other id, or what is none.

    An EventSource reconnects also after the last word of a stream; it stops when it is answered with 204.
    """
    _, _, ending = last_event_id.decode("latin-1").partition("-")
    return ending if ending in FINAL_STATES else None


class StreamState(enum.Enum):
    """What a stream may be written."""

    JOINING = enum.auto()  # its place is being read: no frame, and no change of its place, may come before that
    IN_STEP = enum.auto()  # it has a place, and every frame since
    STALE = enum.auto()  # its place changed, or may have, since it was read: it has to be read again


class LineStream(OpenStream):
    """`seq` is the newest frame this customer knows of. Ends when the token does that opened it."""

    __slots__ = (
        *("_on_lost", "account_id", "admitted", "event_id", "expires_at", "number", "place_state", "seq"),
        *("session_id", "state"),
    )

    def __init__(
        self,
        *,
        event_id: UUID,
        account_id: int,
        on_lost: Callable[[LineStream], None],
        session_id: str | None = None,
        expires_at: int | None = None,
    ) -> None:
        super().__init__()
        self.event_id = event_id
        self.account_id = account_id
        self.session_id = session_id
        self.expires_at = expires_at  # in seconds since 1970, by the token
        self.number = 0
        self.seq = 0
        self.admitted = 0
        self.place_state = "waiting"
        self.state = StreamState.JOINING
        self._on_lost = on_lost

    @property
    def number_sent(self) -> int | None:
        return self.number if self.number or self.place_state == "registered" else None

    def connection_lost(self, exc: Exception | None) -> None:
        self._on_lost(self)
