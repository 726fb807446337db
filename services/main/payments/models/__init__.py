"""What is paid and given back, and what is written once: attempts, the provider's words, and where the money is."""

from __future__ import annotations

from payments.models.payment import Payment, Refund
from payments.models.written import Attempt, LedgerAccount, LedgerEntry, LedgerReason, ProviderEvent

__all__ = ["Attempt", "LedgerAccount", "LedgerEntry", "LedgerReason", "Payment", "ProviderEvent", "Refund"]
