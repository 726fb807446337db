"""What goes back when a booking is cancelled: all but the agreed fee. A groomer who cancels is owed nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from bookings.lifecycle.states import State
from bookings.models import Booking
from payments.models import Payment
from payments.models.payment import RefundReason
from payments.refunds.services import left_of, request_refund
from payments.states import PaymentState

_AT_ONCE = 100


def refund_cancelled(*, booking: Booking, now: datetime) -> None:
    """In the transaction that cancels it. A second time there is nothing left to give back."""
    paid = Payment.objects.select_for_update().filter(booking=booking, state=PaymentState.PAID)
    for payment in paid.order_by("pk"):
        won = left_of(payment) - (booking.cancellation_fee or 0)
        if 0 < won < left_of(payment) and not payment.can_be_refunded_partly:
            # Whole or nothing: in favour of who paid.
            won = left_of(payment)
        if won > 0:
            by_customer = booking.state == State.CANCELLED_BY_CUSTOMER
            reason = RefundReason.CANCELLED_BY_CUSTOMER if by_customer else RefundReason.CANCELLED_BY_GROOMER
            request_refund(payment, won=won, reason=reason, now=now)


def record_missing_refunds(*, now: datetime) -> None:
    """Of bookings that a release cancelled which knows no payments."""
    cancelled = Payment.objects.filter(state=PaymentState.PAID, booking__status=Booking.Status.CANCELLED, refunds=None)
    for booking_id in list(cancelled.values_list("booking_id", flat=True)[:_AT_ONCE]):
        with transaction.atomic(durable=True):
            refund_cancelled(booking=Booking.objects.get(pk=booking_id), now=now)
