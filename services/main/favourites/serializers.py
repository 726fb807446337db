"""What favourites look like: the answers are made here, and so is the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from salons.serializers import SalonShown


class FavouriteShown(serializers.Serializer[Any]):
    salon = SalonShown()
    since = serializers.DateTimeField()


class FavouritesShown(serializers.Serializer[Any]):
    items = FavouriteShown(many=True)
    next = serializers.CharField(allow_null=True)
