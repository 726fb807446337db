"""An address that takes JSON: Discord's, and those that are made like Slack's."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from deploy.messages.message import Level, Message, NotDelivered, shortened

ANSWERS_WITHIN_SECONDS = 5.0
TRIES = 3
# Whoever is told to come later than this does not wait: a deploy goes on.
LONGEST_PAUSE_SECONDS = 5.0
PAUSE_SECONDS = 1.0
TOO_MANY = 429

# Characters, by Discord's documentation. More is refused.
TITLE, DESCRIPTION, FIELD_NAME, FIELD_VALUE, FIELDS, EMBED = 256, 4096, 256, 1024, 25, 6000
COLOURS = {Level.INFO: 0x3498DB, Level.GOOD: 0x2ECC71, Level.BAD: 0xE74C3C}
# Slack shows more under a link.
TEXT = 3000


class Discord:
    """A webhook of a channel. Its address is a secret: whoever has it may write, so it stands in a file."""

    def __init__(self, address_file: Path) -> None:
        self._address_file = address_file

    def send(self, message: Message) -> None:
        """Raises NotDelivered."""
        _post(self._address_file, discord_document(message))


class SlackLike:
    """An incoming webhook as Slack, Mattermost and others take it: one text."""

    def __init__(self, address_file: Path) -> None:
        self._address_file = address_file

    def send(self, message: Message) -> None:
        """Raises NotDelivered."""
        _post(self._address_file, {"text": shortened(as_text(message), TEXT)})


def discord_document(message: Message) -> dict[str, Any]:
    """Within all limits, the one of an embed as a whole too. Nobody is mentioned, whatever a text says."""
    left = EMBED
    title = shortened(message.title, TITLE)
    left -= len(title)
    fields = []
    for name, value in message.facts[:FIELDS]:
        field = {"name": shortened(name, FIELD_NAME), "value": shortened(value, FIELD_VALUE) or "–", "inline": True}
        size = len(str(field["name"])) + len(str(field["value"]))
        if size > left:
            break
        left -= size
        fields.append(field)
    description = shortened(message.text, min(DESCRIPTION, left)) if left else ""
    embed = {"title": title, "description": description, "color": COLOURS[message.level], "fields": fields}
    return {"embeds": [embed], "allowed_mentions": {"parse": []}}


def as_text(message: Message) -> str:
    facts = [f"{name}: {value}" for name, value in message.facts]
    return "\n".join(part for part in (message.title, message.text, *facts) if part)


def _post(address_file: Path, document: dict[str, Any]) -> None:
    try:
        address = address_file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise NotDelivered(f"{address_file}: {error.strerror}") from error
    body = json.dumps(document, ensure_ascii=False).encode()
    why = ""
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE_SECONDS)
        try:
            _post_once(address, body)
            return
        except urllib.error.HTTPError as error:
            why = f"{error.code} {error.read(200).decode(errors='replace')}"
            if error.code == TOO_MANY:
                time.sleep(_pause_of(error))
            elif error.code < 500:  # it will not be taken the next time either
                break
        except (OSError, ValueError) as error:
            # Not the error's own words, which may have the address in them.
            why = type(error).__name__
    raise NotDelivered(why)


def _post_once(address: str, body: bytes) -> None:
    headers = {"Content-Type": "application/json", "User-Agent": "daengdaeng-salon"}
    request = urllib.request.Request(address, data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=ANSWERS_WITHIN_SECONDS):
        pass


def _pause_of(error: urllib.error.HTTPError) -> float:
    try:
        return min(float(error.headers.get("Retry-After", PAUSE_SECONDS)), LONGEST_PAUSE_SECONDS)
    except ValueError:
        return PAUSE_SECONDS
