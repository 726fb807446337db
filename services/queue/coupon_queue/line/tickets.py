"""Tickets: what this process signs and reads again."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from uuid import UUID

from coupon_queue.line.errors import InvalidTicket
from salon_contracts.verify.draw import entry_of
from salon_kit.key_rings import id_of_secret, secret_keys_in


class Tickets:
    """Signs and reads tickets: proof of a number that outlives Redis. A registration for a lottery has the number 0.

    While keys are exchanged there are two: one signs, and each is read. A registration is signed with the oldest: it is
    a name in the draw, so it must be the same from the first day to the drawing.

    Layout: base64url of version (1 byte), event (16), account (8), number (8), HMAC-SHA256 (32).
    """

    _LAYOUT = struct.Struct(">B16sQQ")
    _VERSION = 1

    def __init__(self, *, keys: str) -> None:
        self.take(keys)

    def take(self, keys: str) -> None:
        """Raises ValueError, and then nothing changes. It may be called on another thread."""
        self._keys = secret_keys_in(keys)

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The one that signs first."""
        return tuple(map(id_of_secret, self._keys.reading))

    def sign(self, *, event_id: UUID, account_id: int, number: int) -> str:
        payload = self._LAYOUT.pack(self._VERSION, event_id.bytes, account_id, number)
        keys = self._keys
        mac = _mac(keys.signing if number else keys.oldest, payload)
        return base64.urlsafe_b64encode(payload + mac).rstrip(b"=").decode()

    def entry(self, *, event_id: UUID, account_id: int) -> str:
        """Under which name an account that registers for a lottery takes part in the draw."""
        return entry_of(self.sign(event_id=event_id, account_id=account_id, number=0))

    def number_of(self, ticket: str, *, event_id: UUID, account_id: int) -> int:
        """Raises InvalidTicket unless we signed it for this account and this event."""
        try:
            raw = base64.urlsafe_b64decode(ticket.encode("ascii") + b"=" * (-len(ticket) % 4))
        except (UnicodeEncodeError, binascii.Error, ValueError) as error:
            raise InvalidTicket from error
        payload, mac = raw[: self._LAYOUT.size], raw[self._LAYOUT.size :]
        if not any(hmac.compare_digest(mac, _mac(key, payload)) for key in self._keys.reading):
            raise InvalidTicket
        version, event, account, number = self._LAYOUT.unpack(payload)
        if (version, event, account) != (self._VERSION, event_id.bytes, account_id):
            raise InvalidTicket
        return int(number)


def _mac(key: str, payload: bytes) -> bytes:
    return hmac.digest(key.encode(), payload, hashlib.sha256)
