"""A message to people, and the port that carries it. Whoever sends one does not know where it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Level(Enum):
    INFO = "info"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True)
class Message:
    """`facts` are names and short values. Each channel cuts what is too long for it."""

    title: str
    text: str = ""
    level: Level = Level.INFO
    facts: Sequence[tuple[str, str]] = ()


class NotDelivered(Exception):
    """The other side could not be reached, or did not take it."""


class Messages(Protocol):
    def send(self, message: Message) -> None:
        """Raises NotDelivered."""


def shortened(text: str, most: int) -> str:
    """`most` in characters. What was cut off is marked."""
    return text if len(text) <= most else text[: most - 1] + "…"
