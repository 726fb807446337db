"""What payments look like: the answers are made here, and so is the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from payments.models import Payment
from payments.models.payment import RefundReason
from payments.provider.here import provider_here
from payments.states import PaymentState, RefundState


class RefundShown(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=RefundState.choices, help_text="new ones may come")
    cause = serializers.ChoiceField(source="reason", choices=RefundReason.choices, help_text="new ones may come")
    won = serializers.IntegerField()
    requested_at = serializers.DateTimeField()


class PaymentShown(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(
        choices=PaymentState.choices,
        help_text="paid is booked, or goes back (refunds); unknown is settled by itself: ask again in some seconds",
    )
    won = serializers.IntegerField(help_text="what is to be paid, or was")
    refunded_won = serializers.IntegerField(help_text="what of it has gone back")
    refusal = serializers.CharField(help_text="the provider's code, in state refused; else empty")
    hold_id = serializers.UUIDField(source="hold", help_text="what is paid for")
    booking_id = serializers.UUIDField(allow_null=True, help_text="what it paid for, once that is booked")
    refunds = RefundShown(source="refunds.all", many=True)
    begun_at = serializers.DateTimeField()
    order_id = serializers.CharField(help_text="for the provider's page")
    order_name = serializers.CharField(help_text="for the provider's page")
    client_key = serializers.SerializerMethodField(help_text="for the provider's page; empty where nobody can pay now")

    def get_client_key(self, _payment: Payment) -> str:
        provider = provider_here()
        return "" if provider is None else provider.client_key


class PaymentsShown(serializers.Serializer[Any]):
    items = PaymentShown(many=True)
    next = serializers.CharField(allow_null=True)
