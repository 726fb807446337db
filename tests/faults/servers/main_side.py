"""Run inside main's environment.

`python main_side.py publish QUANTITY PACE fifo|lottery OPENS_IN_SECONDS` publishes a drop and prints its id;
`python main_side.py pace EVENT PER_SECOND` lets so many be served a second from now on;
`python main_side.py draw EVENT` prints what the public draw of a lottery says;
`python main_side.py bookings [CUSTOMER,…]` prints what these customers have booked, as a list of objects;
`python main_side.py set-aside` prints where each record stood that a worker set aside: [[topic, partition, offset], …].
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from typing import Any
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
sys.path.insert(0, os.getcwd())

OPERATOR = "faults@daengdaeng.test"


def publish_drop(*, quantity: int, pace: int, line_order: str, opens_in_seconds: float) -> str:
    from django.utils import timezone

    from accounts.models import Account  # type: ignore[import-not-found]  # on main's path only
    from api.callers.acting import By  # type: ignore[import-not-found]
    from coupons.operating.services import Terms, create_coupon_event, publish  # type: ignore[import-not-found]
    from salon_contracts.events.coupons import LineOrder
    from salon_kit.tracing import traced

    operator, _ = Account.objects.get_or_create(
        email=OPERATOR, defaults={"name": "faults", "role": Account.Role.OPERATOR, "password": "!"}
    )
    now = timezone.now()
    terms = Terms(
        title="faults",
        quantity=quantity,
        discount_won=1000,
        opens_at=now + timedelta(seconds=opens_in_seconds),
        closes_at=now + timedelta(hours=1),
        pace_ceiling_per_second=pace,
        line_order=LineOrder(line_order),
    )
    by = By(operator.pk, now)
    with traced("faults"):
        event = create_coupon_event(terms=terms, by=by)
        publish(event_id=event.pk, by=by)
    return str(event.pk)


def set_pace(event_id: str, per_second: int) -> None:
    from django.utils import timezone

    from accounts.models import Account  # on main's path only
    from api.callers.acting import By
    from coupons.operating import services  # type: ignore[import-not-found]
    from salon_kit.tracing import traced

    by = By(Account.objects.get(email=OPERATOR).pk, timezone.now())
    with traced("faults"):
        services.set_pace(event_id=UUID(event_id), ceiling_per_second=per_second, by=by)


def public_draw(event_id: str) -> dict[str, Any]:
    from coupons.draws.queries import page_of_draw  # type: ignore[import-not-found]  # on main's path only

    page: dict[str, Any] = page_of_draw(event_id=UUID(event_id), after=0, limit=10_000)
    return page


def bookings_of(customers: list[int]) -> list[dict[str, Any]]:
    from bookings.models import Booking  # type: ignore[import-not-found]  # on main's path only

    rows = Booking.objects.filter(customer_id__in=customers).exclude(status=Booking.Status.CANCELLED)
    return [
        {
            "booking_id": str(row.pk),
            "customer": row.customer_id,
            "groomer": row.groomer_id,
            "starts_at": row.starts_at.isoformat(),
            "ends_at": row.ends_at.isoformat(),
        }
        for row in rows
    ]


def set_aside() -> list[list[Any]]:
    from messaging.models import SetAsideRecord  # type: ignore[import-not-found]  # on main's path only

    return [list(row) for row in SetAsideRecord.objects.values_list("topic", "partition", "offset")]


if __name__ == "__main__":
    import django

    django.setup()
    act, *words = sys.argv[1:]
    if act == "draw":
        print(json.dumps(public_draw(words[0])))
    elif act == "bookings":
        print(json.dumps(bookings_of(json.loads(words[0]))))
    elif act == "pace":
        set_pace(words[0], int(words[1]))
    elif act == "set-aside":
        print(json.dumps(set_aside()))
    else:
        quantity, pace, line_order, opens_in = words
        print(
            publish_drop(
                quantity=int(quantity), pace=int(pace), line_order=line_order, opens_in_seconds=float(opens_in)
            )
        )
