"""What changes in chat's own rows."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction

from chat.errors import GroomerNotFound
from chat.models import Room
from outbox.services import record
from salon_contracts.notifications import NotificationRequestedV1
from salons.models import Groomer


class Opened(NamedTuple):
    room: Room
    is_new: bool


def open_room(*, customer_id: int, groomer_id: int, trace_id: str) -> Opened:
    """The pair's room, made if it is not there. The groomer is told of a new one.

    Raises GroomerNotFound.
    """
    with transaction.atomic(durable=True):
        groomer = Groomer.objects.filter(pk=groomer_id).first()
        if groomer is None:
            raise GroomerNotFound
        # Two openings at once: the constraint lets one in, and the other finds its room.
        room, is_new = Room.objects.get_or_create(customer_id=customer_id, groomer=groomer)
        if is_new:
            record(
                NotificationRequestedV1(
                    trace_id=trace_id,
                    recipient_id=groomer.account_id,
                    kind="chat.room-opened",
                    facts={"room_id": str(room.id), "customer_name": room.customer.name},
                )
            )
        return Opened(room, is_new)
