"""Coupons as their owners see them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from coupons.models import Coupon


class CouponShown(serializers.ModelSerializer[Coupon]):
    coupon_event_id = serializers.UUIDField(source="event_id")
    discount_won = serializers.IntegerField(source="event.discount_won")

    class Meta:
        model = Coupon
        fields = ["id", "coupon_event_id", "serial", "discount_won", "issued_at", "expires_at"]


class CouponPage(serializers.Serializer[Any]):
    items = CouponShown(many=True)
    next = serializers.CharField(allow_null=True)
