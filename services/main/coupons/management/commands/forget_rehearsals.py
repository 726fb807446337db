"""`manage.py forget_rehearsals`: deletes what closed rehearsals wrote. Events and their audit log stay."""

from __future__ import annotations

from typing import Any

from coupons.models import CouponEvent, RefusedClaim, RehearsedCoupon
from serving.commands import UncheckedCommand


class Command(UncheckedCommand):
    help = "Delete the rows of rehearsals that are closed."

    def handle(self, *args: Any, **options: Any) -> None:
        # A closed event refuses every further claim, so no answer that is forgotten here can turn into a yes.
        closed = list(
            CouponEvent.objects.filter(rehearsal=True, state=CouponEvent.State.CLOSED).values_list("pk", flat=True)
        )
        rehearsed, _ = RehearsedCoupon.objects.filter(event_id__in=closed).delete()
        refused, _ = RefusedClaim.objects.filter(event_id__in=closed).delete()
        self.stdout.write(f"{len(closed)} closed rehearsals: {rehearsed} rehearsed coupons, {refused} refused claims")
