"""Where the money is: one entry for each thing that moves it, in the transaction of that thing."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet, Sum

from payments.models import LedgerAccount, LedgerEntry, LedgerReason, Payment, Refund

_MOVES: dict[LedgerReason, tuple[LedgerAccount, LedgerAccount]] = {
    LedgerReason.CAPTURED: (LedgerAccount.PROVIDER, LedgerAccount.CUSTOMER),
    LedgerReason.BOOKED: (LedgerAccount.CUSTOMER, LedgerAccount.SALON),
    LedgerReason.RELEASED: (LedgerAccount.SALON, LedgerAccount.CUSTOMER),
    LedgerReason.REFUNDED: (LedgerAccount.CUSTOMER, LedgerAccount.PROVIDER),
    LedgerReason.KEPT: (LedgerAccount.CUSTOMER, LedgerAccount.SALON),
}


def enter(reason: LedgerReason, payment: Payment, *, won: int, now: datetime, refund: Refund | None = None) -> None:
    """A second one of the same thing is refused by the database (IntegrityError): that is a bug."""
    debit, credit = _MOVES[reason]
    about = payment.pk if refund is None else refund.pk
    LedgerEntry.objects.create(payment=payment, reason=reason, about=about, debit=debit, credit=credit, won=won, at=now)


def balances(entries: QuerySet[LedgerEntry]) -> dict[LedgerAccount, int]:
    """Won in each account; together they are nothing."""
    found = dict.fromkeys(LedgerAccount, 0)
    for debit, credit, won in entries.values_list("debit", "credit").annotate(Sum("won")).order_by():
        found[LedgerAccount(debit)] -= won
        found[LedgerAccount(credit)] += won
    return found
