"""How many groomers one customer may call upon: each new room is news to somebody."""

from __future__ import annotations

from datetime import datetime

from accounts.day_limit import seconds_to_wait
from chat.errors import RoomLimitReached, TooManyNewRooms
from chat.models import Room

# As many as one socket may subscribe to: whoever has them all can still hear them all.
MAX_ROOMS = 200
# Whoever compares offers asks a handful of groomers; more than this in a day is no customer.
MAX_NEW_A_DAY = 20


def check_room_limits(*, customer_id: int, now: datetime) -> None:
    """The caller holds the customer's row. Raises RoomLimitReached, TooManyNewRooms."""
    theirs = Room.objects.filter(customer_id=customer_id)
    if theirs.count() >= MAX_ROOMS:
        raise RoomLimitReached(max_rooms=MAX_ROOMS)
    seconds = seconds_to_wait(theirs, made_at="created_at", at_most=MAX_NEW_A_DAY, now=now)
    if seconds is not None:
        raise TooManyNewRooms(max_a_day=MAX_NEW_A_DAY, retry_after_seconds=seconds)
