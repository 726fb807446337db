"""How the order of a lottery is drawn. Needs Python and nothing else, so that anyone can do it again.

An entry is the SHA-256 of a registration ticket: who holds the ticket can find their own, nobody can tell whose the
others are. Every hash is the SHA-256, in hex, of a JSON array without spaces, all ASCII. The seed's commitment is
published with the event. The list of entries is shut before the seed is known outside main, and its digest is part of
each entry's key: who knew the seed early would still not know where an entry will stand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable


def entry_of(ticket: str) -> str:
    """The public name of a registration ticket (its text as the customer got it)."""
    return hashlib.sha256(ticket.encode("ascii")).hexdigest()


def commitment_of(*, event_id: str, seed: str) -> str:
    """`seed` is 64 hex digits, `event_id` a UUID as text."""
    return _sha256(["daengdaeng-commitment-v1", event_id, seed])


def digest_of(*, event_id: str, entries: Iterable[str]) -> str:
    """Of the whole list, whatever its order."""
    return _sha256(["daengdaeng-entries-v1", event_id, *sorted(entries)])


def drawn_order(*, seed: str, entries_digest: str, entries: Iterable[str]) -> list[str]:
    """The entries by their place in line: the first one has number 1."""
    return sorted(entries, key=lambda entry: _sha256(["daengdaeng-draw-v1", seed, entries_digest, entry]))


def _sha256(values: list[str]) -> str:
    return hashlib.sha256(json.dumps(values, separators=(",", ":")).encode("ascii")).hexdigest()
