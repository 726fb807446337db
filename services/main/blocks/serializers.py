"""What blocks look like: the answers are made here, and so is the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class BlockedShown(serializers.Serializer[Any]):
    id = serializers.IntegerField(help_text="of the account, as rooms have it")
    name = serializers.CharField()


class BlockShown(serializers.Serializer[Any]):
    blocked = BlockedShown()
    since = serializers.DateTimeField()


class BlocksShown(serializers.Serializer[Any]):
    items = BlockShown(many=True)
    next = serializers.CharField(allow_null=True)
