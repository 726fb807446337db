"""Coupons and their events as clients see them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from coupons.models import AuditEntry, Coupon, CouponEvent
from coupons.operating.phases import Phase, phase_of


class CouponEventShown(serializers.ModelSerializer[CouponEvent]):
    order_commitment = serializers.CharField(
        source="draw.commitment", allow_null=True, help_text="of a published lottery: what its draw is checked against"
    )

    phase = serializers.SerializerMethodField(
        help_text="what it is to a reader now; the line knows it to the second, this is what main knows by itself"
    )

    class Meta:
        model = CouponEvent
        fields = [
            "id",
            "title",
            "quantity",
            "discount_won",
            "opens_at",
            "closes_at",
            "state",
            "phase",
            "paused",
            "rehearsal",
            "line_order",
            "order_commitment",
        ]
        # What is only read is always there: a model's defaults say nothing about answers.
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=Phase.choices))
    def get_phase(self, event: CouponEvent) -> str:
        return phase_of(event, now=timezone.now()).value


class CouponShown(serializers.ModelSerializer[Coupon]):
    coupon_event_id = serializers.UUIDField(source="event_id")
    discount_won = serializers.IntegerField(source="event.discount_won")

    class Meta:
        model = Coupon
        fields = ["id", "coupon_event_id", "serial", "discount_won", "issued_at", "expires_at"]


class OperatorShown(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class AuditEntryShown(serializers.ModelSerializer[AuditEntry]):
    operator = OperatorShown()

    class Meta:
        model = AuditEntry
        fields = ["id", "act", "operator", "acted_at", "revision_before", "revision_after", "facts", "trace_id"]


class AuditPage(serializers.Serializer[Any]):
    items = AuditEntryShown(many=True)
    next = serializers.CharField(allow_null=True)


class CouponEventPage(serializers.Serializer[Any]):
    items = CouponEventShown(many=True)
    next = serializers.CharField(allow_null=True)


class CouponPage(serializers.Serializer[Any]):
    items = CouponShown(many=True)
    next = serializers.CharField(allow_null=True)
