"""What payments can be watched by: for how long the provider's last word has been missing."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef
from prometheus_client import Gauge

from due.kinds import Reading
from payments.models import Payment, Refund
from payments.states import OPEN_REFUNDS, PaymentState, RefundState
from salon_contracts.metrics import main as listed
from salon_kit.metrics.instruments import counters, gauge

answers = counters(listed.PAYMENT_ANSWERS)
_UNKNOWN = (PaymentState.CONFIRMING, PaymentState.UNKNOWN)


def unknown(*, now: datetime) -> float:
    return Payment.objects.filter(state__in=_UNKNOWN).count()


def oldest_unknown(*, now: datetime) -> float:
    """Seconds."""
    asked = Payment.objects.filter(state__in=_UNKNOWN).order_by("asked_at").values_list("asked_at", flat=True).first()
    return (now - asked).total_seconds() if asked else 0


def oldest_refund(*, now: datetime) -> float:
    """Seconds."""
    asked = Refund.objects.filter(state__in=OPEN_REFUNDS).order_by("requested_at")
    first = asked.values_list("requested_at", flat=True).first()
    return (now - first).total_seconds() if first else 0


def refused_refunds(*, now: datetime) -> float:
    """After which nobody has tried anew."""
    later = Refund.objects.filter(payment=OuterRef("payment"), requested_at__gt=OuterRef("requested_at"))
    return Refund.objects.filter(~Exists(later), state=RefundState.REFUSED).count()


GAUGES: list[tuple[Gauge, Reading]] = [
    (gauge(listed.PAYMENTS_UNKNOWN), unknown),
    (gauge(listed.PAYMENTS_OLDEST_UNKNOWN), oldest_unknown),
    (gauge(listed.REFUNDS_OLDEST_OPEN), oldest_refund),
    (gauge(listed.REFUNDS_REFUSED), refused_refunds),
]
