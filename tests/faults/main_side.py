"""Run inside main's environment: `python main_side.py QUANTITY PACE` publishes a drop and prints its id."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
sys.path.insert(0, os.getcwd())


def publish_drop(*, quantity: int, pace: int) -> str:
    from django.utils import timezone

    from accounts.models import Account  # type: ignore[import-not-found]  # on main's path only
    from coupons.services import Terms, create_coupon_event, publish  # type: ignore[import-not-found]

    operator, _ = Account.objects.get_or_create(
        email="faults@daengdaeng.test", defaults={"name": "faults", "role": Account.Role.OPERATOR, "password": "!"}
    )
    now = timezone.now()
    terms = Terms(
        title="faults",
        quantity=quantity,
        discount_won=1000,
        opens_at=now - timedelta(seconds=2),
        closes_at=now + timedelta(hours=1),
        pace_ceiling_per_second=pace,
    )
    event = create_coupon_event(terms=terms, operator_id=operator.pk, now=now, trace_id="faults")
    publish(event_id=event.pk, operator_id=operator.pk, now=now, trace_id="faults")
    return str(event.pk)


if __name__ == "__main__":
    import django

    django.setup()
    print(publish_drop(quantity=int(sys.argv[1]), pace=int(sys.argv[2])))
