"""Something one person should be told, when no topic of its own carries the news."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from salon_contracts.events.envelope import Event
from salon_contracts.events.fields import AccountId, FactName, FactValue


class NotificationRequestedV1(Event):
    topic: ClassVar[str] = "notifications"
    key_field: ClassVar[str] = "recipient_id"

    type: Literal["notification.requested.v1"] = "notification.requested.v1"
    recipient_id: AccountId
    kind: FactName
    facts: Annotated[dict[FactName, FactValue], Field(max_length=50)]
    wants_mail: bool = False
    """By mail too. A reader of an earlier release knows nothing of it, and puts it into the list only."""


ON_NOTIFICATIONS: tuple[type[NotificationRequestedV1], ...] = (NotificationRequestedV1,)
