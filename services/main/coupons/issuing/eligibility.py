"""Who may have a coupon of an event, by what main has stored. The line asks the same of the access token beforehand."""

from __future__ import annotations

from collections.abc import Collection

from accounts.models import Account
from accounts.sessions.standing import Standing
from coupons.models import CouponEvent
from dogs.models import Dog


def customers_of(account_ids: Collection[int], *, events: Collection[CouponEvent]) -> dict[int, Standing]:
    """By id: the customers among these accounts who are still active. Dogs are looked for only if an event asks."""
    customers = Account.objects.filter(pk__in=account_ids, role=Account.Role.CUSTOMER, is_active=True)
    owners: set[int] = set()
    if any(event.needs_dog for event in events):
        owners.update(Dog.objects.filter(owner_id__in=account_ids).values_list("owner_id", flat=True))
    return {
        account_id: Standing(made_at, confirmed_at is not None, account_id in owners)
        for account_id, made_at, confirmed_at in customers.values_list("pk", "created_at", "email_confirmed_at")
    }


def may_have_coupon(event: CouponEvent, standing: Standing) -> bool:
    if event.needs_confirmed_email and not standing.email_confirmed:
        return False
    if event.needs_account_before is not None and standing.made_at >= event.needs_account_before:
        return False
    return standing.has_dog or not event.needs_dog
