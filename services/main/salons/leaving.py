"""An account that is deleted (accounts/leaving): not while a salon shows it as its groomer."""

from __future__ import annotations

from datetime import datetime

from accounts.errors import AccountIsNeeded
from salons.models import Groomer


def insist_on_no_groomer(*, account_id: int, now: datetime) -> None:
    """The salon lets them go first: its calendar has their bookings. Raises AccountIsNeeded."""
    if Groomer.objects.filter(account_id=account_id).exists():
        raise AccountIsNeeded(salon_has_to_let_go=True)
