"""Who leads, and since when: what fences every step of a leader."""

from __future__ import annotations

from typing import NamedTuple


class Term(NamedTuple):
    leader: str
    epoch: int


class LostLease(Exception):
    """Another leader has acted on this line since: stop at once. Nothing was changed."""
