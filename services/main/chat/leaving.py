"""An account that is deleted (accounts/leaving): its rooms and messages stay with whoever it talked to, unnamed."""

from __future__ import annotations

from datetime import datetime

from chat.models import Room
from notifications.models import Notification

NAME = "customer_name"


def forget_name_in_notifications(*, account_id: int, now: datetime) -> None:
    """Groomers were once written the name of whoever opened a room."""
    rooms = dict(Room.objects.filter(customer_id=account_id).values_list("pk", "groomer__account_id"))
    named = Notification.objects.filter(
        recipient_id__in=set(rooms.values()),
        kind="chat.room-opened",
        facts__room_id__in=[str(room_id) for room_id in rooms],
        facts__has_key=NAME,
    )
    for notification in named:
        del notification.facts[NAME]
        notification.save(update_fields=["facts"])
