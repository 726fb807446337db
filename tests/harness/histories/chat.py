"""What happened in a chat, as frozen records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """The product's message. `cursor` is (epoch, offset), so that messages of a room compare by place in the log."""

    cursor: tuple[int, int]
    sender: int
    client_message_id: str
    text: str
    sent_at: str


@dataclass(frozen=True)
class Sent:
    """A message that a person wanted to say, and the cursor its ack gave; None if no ack ever came."""

    sender: int
    client_message_id: str
    text: str
    acked: tuple[int, int] | None


@dataclass(frozen=True)
class Connected:
    person: int
    served_by: str


@dataclass(frozen=True)
class Resumed:
    """A reconnect: `abrupt` without a goodbye. `missed` counts what was said meanwhile, by the log."""

    person: int
    abrupt: bool
    recovered: bool
    missed: int


@dataclass(frozen=True)
class ChatHistory:
    """`received` and `stored` are in the order in which each person got them."""

    people: tuple[int, int]
    to_send_each: int
    connected: tuple[Connected, ...]
    sent: tuple[Sent, ...]
    received: dict[int, tuple[Message, ...]]
    resumed: tuple[Resumed, ...]
    stored: dict[int, tuple[Message, ...]]
    # How many were ready when it began.
    mains_ready: int = 2
