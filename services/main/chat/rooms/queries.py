"""Which rooms an account has."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import close_old_connections
from django.db.models import Q, QuerySet

from chat.errors import RoomNotFound
from chat.models import Room


def rooms_of(*, account_id: int) -> QuerySet[Room]:
    """As customer or as groomer."""
    mine = Q(customer_id=account_id) | Q(groomer__account_id=account_id)
    return Room.objects.filter(mine).select_related("customer", "groomer__salon")


def room_of(*, room_id: UUID, account_id: int) -> Room:
    """Raises RoomNotFound, also for a room of others."""
    room = rooms_of(account_id=account_id).filter(pk=room_id).first()
    if room is None:
        raise RoomNotFound
    return room


def other_in(room: Room, *, account_id: int) -> int:
    """The account at the other end."""
    return room.groomer.account_id if room.customer_id == account_id else room.customer_id


def beginning_of(*, room_id: str, account_id: int) -> datetime | None:
    """When the room was made; None if this account is not in it. For threads which no request tidies up after."""
    close_old_connections()
    return rooms_of(account_id=account_id).filter(pk=room_id).values_list("created_at", flat=True).first()
