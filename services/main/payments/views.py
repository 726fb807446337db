"""The endpoints of payments."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.callers.acting import by_asker
from api.callers.authentication import asker
from api.documents.openapi_answers import IDEMPOTENCY_KEY_PARAMETER, PAGE_PARAMETERS, answers
from api.inputs.body_fields import StrictIntegerField, StrictSerializer
from api.paging import listed, page_of
from api.public import AnonymousView
from bookings.errors import REFUSALS
from bookings.holds.errors import HoldHasEnded
from idempotency.errors import KeyUsedForAnother
from payments.errors import NothingToPay, PaymentDiffers, PaymentsAway, TooManyPayments
from payments.models.payment import LONGEST_ORDER_ID, LONGEST_PAYMENT_KEY
from payments.paying.services import begin_payment, confirm_payment, note_webhook
from payments.queries import payment_of, payments_of
from payments.serializers import PaymentShown, PaymentsShown
from salon_contracts.http.problem import Forbidden, NotFound

KEY = r"^[A-Za-z0-9_=.-]+$"


class HeldPaymentView(APIView):
    class Input(StrictSerializer):
        """Nothing to say: what is held has its price."""

    @extend_schema(
        operation_id="begin_payment",
        request=Input,
        parameters=[IDEMPOTENCY_KEY_PARAMETER],
        responses=answers(
            {200: PaymentShown, 201: PaymentShown},
            *(NotFound, HoldHasEnded, NothingToPay, TooManyPayments, PaymentsAway, KeyUsedForAnother, Forbidden),
        ),
    )
    def post(self, request: Request, hold_id: UUID) -> Response:
        """Begin to pay for what is held for me. The hold lasts as long as the provider's page, half an hour at most.

        Again, while it is not refused: the same payment, and 200.
        """
        self.Input(data=request.data).is_valid(raise_exception=True)

        begun = begin_payment(hold_id, by=by_asker(request))

        return Response(PaymentShown(begun.payment).data, status=201 if begun.is_new else 200)


class PaymentsView(APIView):
    @extend_schema(
        operation_id="list_my_payments", parameters=PAGE_PARAMETERS, responses=answers({200: PaymentsShown}, Forbidden)
    )
    def get(self, request: Request) -> Response:
        """List what I have paid, the latest first."""
        page = page_of(request.query_params)

        mine = payments_of(account_id=asker(request).account_id)

        return Response(PaymentsShown(listed(mine, page=page, order=("-begun_at", "-id"))).data)


class PaymentView(APIView):
    @extend_schema(operation_id="get_payment", responses=answers({200: PaymentShown}, NotFound, Forbidden))
    def get(self, request: Request, payment_id: UUID) -> Response:
        """Read one of my payments."""
        payment = payment_of(account_id=asker(request).account_id, payment_id=payment_id)

        return Response(PaymentShown(payment).data)


class ConfirmPaymentView(APIView):
    class Input(StrictSerializer):
        payment_key = serializers.RegexField(KEY, max_length=LONGEST_PAYMENT_KEY)
        order_id = serializers.RegexField(KEY, max_length=LONGEST_ORDER_ID)
        won = StrictIntegerField(min_value=0, max_value=2**31 - 1)

    @extend_schema(
        operation_id="confirm_payment",
        request=Input,
        responses=answers(
            {200: PaymentShown}, *REFUSALS, HoldHasEnded, PaymentDiffers, PaymentsAway, NotFound, Forbidden
        ),
    )
    def post(self, request: Request, payment_id: UUID) -> Response:
        """Pay, with what the provider's page came back with. What is refused has not been charged.

        The answer's `state` says what became of it; while that is `unknown` it is settled by itself. Again: as it is.
        """
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        payment = confirm_payment(payment_id, **data.validated_data, by=by_asker(request))

        return Response(PaymentShown(payment).data)


class ProviderEventsView(AnonymousView):
    @extend_schema(operation_id="note_provider_event", request=None, responses=answers({204: None}))
    def post(self, request: Request) -> Response:
        """For the provider's webhooks, in its words. Nothing of it is believed: it is a reason to ask the provider."""
        order_id = _order_id_in(request.data)

        if order_id:
            note_webhook(order_id=order_id, now=timezone.now())

        return Response(status=204)


def _order_id_in(posted: Any) -> str:
    """Of an event of a payment, or of one of a deposit, which has it outside."""
    document = posted if isinstance(posted, dict) else {}
    inner = document.get("data")
    found = document.get("orderId", inner.get("orderId") if isinstance(inner, dict) else "")
    return found if isinstance(found, str) and len(found) <= LONGEST_ORDER_ID else ""
