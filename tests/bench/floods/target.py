"""Where a flood goes, and who sends it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from urllib.parse import urlsplit

# Nobody else comes from here, so what counts by address counts the flood alone.
SOURCE = "127.0.0.2"


@dataclass(frozen=True)
class Target:
    """The flood's sender is a customer with an account, a place in line and a room to talk in."""

    url: str
    token: str
    event_id: str
    room_id: str
    cursor: str

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or 80

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Target:
        return cls(**json.loads(text))


@dataclass
class Sent:
    """What came of it: answers by status, frames, connections that were ended."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, what: str, number: int = 1) -> None:
        self.counts[what] += number
