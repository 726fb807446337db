"""What chat's doors show."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class OtherShown(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class RoomShown(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    salon_name = serializers.CharField()
    other = OtherShown()


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
