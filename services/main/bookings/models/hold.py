"""A groomer's time that is kept for one customer for some minutes: while they pay, or decide about an offer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import models

from accounts.models import Account
from api.inputs.model_fields import IdentifierField
from bookings.holds.states import HoldState
from bookings.models.booking import LONGEST
from salons.models import Groomer


class HoldQuerySet(models.QuerySet["Hold"]):
    def standing(self, *, now: datetime) -> HoldQuerySet:
        """Those that take time now, whether somebody has noted an end of theirs yet or not."""
        return self.filter(state=HoldState.HELD, held_until__gt=now)


class Hold(models.Model):
    """Standing, it takes the groomer's time as a booking does: triggers see to it, whoever writes (migration 0011).

    It stands in state `held` and before `held_until`, whichever ends first. `visit` has what would be booked, as it was
    priced when it was held: `[{treatment_id, dog_id, dog_size, minutes, price, price_sheet}]`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    # Without a constraint in the database: it would lock the account's row behind the groomer's (docs/locking.md).
    customer = models.ForeignKey(
        Account, on_delete=models.PROTECT, db_constraint=False, related_name="holds", verbose_name="보호자"
    )
    # The constraint is in migration 0011: an older release that removes a groomer knows nothing of this table.
    groomer = models.ForeignKey(
        Groomer, on_delete=models.CASCADE, db_constraint=False, related_name="holds", verbose_name="미용사"
    )
    starts_at = models.DateTimeField("시작")
    ends_at = models.DateTimeField("끝")
    visit: models.JSONField[Any, Any] = models.JSONField("미용")
    price = models.PositiveIntegerField("가격 (원)")
    agreed_policy: models.JSONField[Any, Any] = models.JSONField("합의한 취소 규정", null=True, blank=True)
    needs_payment = models.BooleanField("결제 필요", default=False, db_default=False)
    """As its salon asked when it was held."""
    state = IdentifierField("상태", max_length=10, choices=HoldState.choices, default=HoldState.HELD)
    offer_of = models.ForeignKey(
        "bookings.WaitlistEntry",
        on_delete=models.SET_NULL,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="offers",
        verbose_name="대기",
    )
    """The waitlist entry that this hold was offered to. None: its customer chose it."""
    held_at = models.DateTimeField("잡은 시각")
    held_until = models.DateTimeField("잡아 두는 때까지")
    ended_at = models.DateTimeField("끝난 시각", null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "잡아 둔 시간"
        indexes = [
            models.Index(fields=["groomer", "state", "starts_at"], name="holds_of_groomer"),
            models.Index(fields=["customer", "-held_at"], name="holds_of_customer"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="hold_takes_time"),
            models.CheckConstraint(
                condition=models.Q(ends_at__lte=models.F("starts_at") + LONGEST), name="hold_takes_a_week_at_most"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%F %H:%M} {self.get_state_display()}"

    def stands(self, *, now: datetime) -> bool:
        return self.state == HoldState.HELD and self.held_until > now
