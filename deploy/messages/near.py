"""Channels of this machine, and several channels as one."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from deploy.messages.message import Message, Messages, NotDelivered
from deploy.messages.webhook import as_text


@dataclass(frozen=True)
class Terminal:
    say: Callable[[str], None] = print

    def send(self, message: Message) -> None:
        self.say(as_text(message))


@dataclass(frozen=True)
class LogFile:
    """One JSON document a line."""

    path: Path

    def send(self, message: Message) -> None:
        """Raises NotDelivered."""
        document = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "level": message.level.value,
            "title": message.title,
            "text": message.text,
            "facts": dict(message.facts),
        }
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(document, ensure_ascii=False) + "\n")
        except OSError as error:
            raise NotDelivered(str(error)) from error


@dataclass(frozen=True)
class All:
    """To each; one that fails keeps nothing from the others, and nobody who sends from going on."""

    channels: Sequence[Messages]
    on_failure: Callable[[str], None] = print

    def send(self, message: Message) -> None:
        for channel in self.channels:
            try:
                channel.send(message)
            except NotDelivered as error:
                self.on_failure(f"{type(channel).__name__} was not told: {error}")
