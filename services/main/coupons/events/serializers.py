"""A coupon event as clients see it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from coupons.events.phases import Phase, phase_of
from coupons.models import CouponEvent


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
            "needs_confirmed_email",
            "needs_account_before",
            "needs_dog",
        ]
        # What is only read is always there: a model's defaults say nothing about answers.
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=Phase.choices))
    def get_phase(self, event: CouponEvent) -> str:
        return phase_of(event, now=timezone.now()).value


class CouponEventPage(serializers.Serializer[Any]):
    items = CouponEventShown(many=True)
    next = serializers.CharField(allow_null=True)
