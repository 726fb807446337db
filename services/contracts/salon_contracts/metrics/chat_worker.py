"""What the chat-worker counts besides what every consumer does."""

from __future__ import annotations

from salon_contracts.metrics.definition import Label, counter

STORED = counter("chat_worker_messages_stored", "Messages written to history")
COPIES = counter("chat_worker_message_copies", "Records whose message was there already")
DEAD_LETTERS = counter(
    "chat_worker_dead_letters",
    "Records set aside in the dead-letter topic, by the kind of reason",
    Label("reason", values=("unreadable", "client-message-id-reused")),
)
UNKNOWN_EVENTS = counter("chat_worker_unknown_events", "Records of a type not known yet")

ALL = (STORED, COPIES, DEAD_LETTERS, UNKNOWN_EVENTS)
