"""Customers who wait for a slot of a salon whose day is full."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import models

from accounts.models import Account
from api.inputs.model_fields import IdentifierField
from bookings.waitlist.states import WaitState
from salons.models import Groomer, Salon


class WaitlistEntry(models.Model):
    """One customer's wish for a visit on one of these days, in the order of `joined_at`.

    `asked` is `[{treatment_id, dog_id, dog_size, matting}]`; it is priced when a slot is offered.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    # Their constraints are in migration 0012: an older release that removes one knows nothing of this table.
    customer = models.ForeignKey(
        Account, on_delete=models.PROTECT, db_constraint=False, related_name="waitlist_entries", verbose_name="보호자"
    )
    salon = models.ForeignKey(
        Salon, on_delete=models.CASCADE, db_constraint=False, related_name="waitlist", verbose_name="살롱"
    )
    groomer = models.ForeignKey(
        Groomer,
        on_delete=models.CASCADE,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="waitlist",
        verbose_name="미용사",
    )
    """None: any of the salon."""
    asked: models.JSONField[Any, Any] = models.JSONField("미용")
    first_day = models.DateField("첫날")
    last_day = models.DateField("마지막 날")
    state = IdentifierField("상태", max_length=10, choices=WaitState.choices, default=WaitState.WAITING)
    missed = models.SmallIntegerField("놓친 제안", default=0)
    language = IdentifierField("언어", max_length=2, default="ko", editable=False)
    joined_at = models.DateTimeField("기다리기 시작한 시각")
    ended_at = models.DateTimeField("끝난 시각", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "대기"
        indexes = [
            models.Index(fields=["salon", "state", "joined_at"], name="waitlist_of_salon"),
            models.Index(fields=["customer", "-joined_at", "-id"], name="waitlist_of_customer"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(last_day__gte=models.F("first_day")), name="waits_for_some_day")
        ]

    def __str__(self) -> str:
        return f"{self.first_day}–{self.last_day} {self.get_state_display()}"
