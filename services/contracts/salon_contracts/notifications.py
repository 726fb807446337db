"""Something one person should be told, when no topic of its own carries the news."""

from __future__ import annotations

from typing import ClassVar, Literal

from salon_contracts.envelope import Event


class NotificationRequestedV1(Event):
    topic: ClassVar[str] = "notifications"
    key_field: ClassVar[str] = "recipient_id"

    type: Literal["notification.requested.v1"] = "notification.requested.v1"
    recipient_id: int
    kind: str
    facts: dict[str, str]


ON_NOTIFICATIONS: tuple[type[NotificationRequestedV1], ...] = (NotificationRequestedV1,)
