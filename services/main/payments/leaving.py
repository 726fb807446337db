"""An account that is deleted (accounts/leaving): not while money is under way. Payments stay, and are nobody's."""

from __future__ import annotations

from datetime import datetime

from accounts.errors import AccountIsNeeded
from payments.models import Payment, Refund
from payments.states import ASKED, OPEN_REFUNDS


def insist_on_none_open(*, account_id: int, now: datetime) -> None:
    """The caller holds the account's row, as whoever pays does. Raises AccountIsNeeded."""
    payments = Payment.objects.filter(customer_id=account_id, state__in=ASKED).count()
    refunds = Refund.objects.filter(payment__customer_id=account_id, state__in=OPEN_REFUNDS).count()
    if payments or refunds:
        raise AccountIsNeeded(payments_open=payments + refunds)
