"""What changes in chat's own rows."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction

from accounts.credentials.locking import lock_account
from accounts.models import Account
from api.callers.acting import By
from blocks.queries import apart_from
from chat.errors import GroomerNotFound
from chat.models import Room
from chat.rooms.limits import check_room_limits
from outbox.services import record
from salon_contracts.events.notifications import NotificationRequestedV1
from salon_kit.tracing import bound_trace_id
from salons.models import Groomer


class Opened(NamedTuple):
    room: Room
    is_new: bool


def open_room(*, groomer_id: int, by: By) -> Opened:
    """The pair's room, made if it is not there. The groomer is told of a new one.

    Raises GroomerNotFound, RoomLimitReached, TooManyNewRooms; Forbidden if the account is no customer any more.
    """
    with transaction.atomic(durable=True):
        # The limits count what stands while nobody opens another room for this customer.
        lock_account(account_id=by.account_id, acts_as=Account.Role.CUSTOMER)
        groomer = Groomer.objects.filter(pk=groomer_id).first()
        if groomer is None:
            raise GroomerNotFound
        room = Room.objects.filter(customer_id=by.account_id, groomer=groomer).first()
        if is_new := room is None:
            if apart_from(account_id=by.account_id, others=[groomer.account_id]):
                raise GroomerNotFound  # who has blocked whom is nobody's to know
            check_room_limits(customer_id=by.account_id, now=by.now)
            room = Room.objects.create(customer_id=by.account_id, groomer=groomer)
            record(
                NotificationRequestedV1(
                    trace_id=bound_trace_id(),
                    recipient_id=groomer.account_id,
                    kind="chat.room-opened",
                    facts={"room_id": str(room.id)},
                )
            )
        return Opened(room, is_new)
