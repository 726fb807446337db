"""What chat's endpoints show: the answers are made here, and so is the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from chat.models import Room


class OtherShown(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


# The context `account_id` says to whom it is shown.
class RoomShown(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    salon_name = serializers.CharField(source="groomer.salon.name")
    other = serializers.SerializerMethodField(
        help_text="the account at the other end: its id is the sender_id of its messages"
    )

    @extend_schema_field(OtherShown)
    def get_other(self, room: Room) -> dict[str, Any]:
        if self.context["account_id"] == room.customer_id:
            return {"id": room.groomer.account_id, "name": room.groomer.name}
        return {"id": room.customer_id, "name": room.customer.name}


class RoomsShown(serializers.Serializer[Any]):
    items = RoomShown(many=True)
    next = serializers.CharField(allow_null=True)


class MessageShown(serializers.Serializer[Any]):
    room_id = serializers.UUIDField()
    cursor = serializers.CharField()
    sender_id = serializers.IntegerField()
    client_message_id = serializers.UUIDField()
    text = serializers.CharField()
    sent_at = serializers.DateTimeField()


class MessagesShown(serializers.Serializer[Any]):
    items = MessageShown(many=True)
    next = serializers.CharField(allow_null=True)
