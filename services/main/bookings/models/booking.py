"""A groomer's time that belongs to a customer."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.db import models

from accounts.models import Account
from api.inputs.model_fields import IdentifierField
from bookings.lifecycle.states import State
from dogs.models import Dog
from prices.rules import Price
from salons.models import DogSize, Groomer, Treatment
from salons.policies.cancellation import Policy, Term, fee_at, policy_of, terms_of

ENDINGS = [choice for choice in State.choices if choice[0] not in {State.CONFIRMED, State.CANCELLED_BY_SOMEBODY}]
LONGEST = timedelta(days=7)
"""No booking lasts longer, so whoever looks for those at a moment need not look further back."""

LONGEST_TITLE = 200
"""Of what events can carry (salon_contracts.events.fields.ShortText)."""


class Booking(models.Model):
    """A visit to one groomer. `treatment` and `dog_size` are the first of its treatments: older releases know no more.

    Two confirmed ones of one groomer never overlap: triggers see to it, whoever writes (migration 0002).
    """

    class Status(models.TextChoices):
        """Whether it takes the groomer's time, in words that every release knows."""

        CONFIRMED = "confirmed", "확정"
        CANCELLED = "cancelled", "취소"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    customer = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="bookings", verbose_name="보호자")
    groomer = models.ForeignKey(Groomer, on_delete=models.PROTECT, related_name="bookings", verbose_name="미용사")
    treatment = models.ForeignKey(Treatment, on_delete=models.PROTECT, related_name="bookings", verbose_name="시술")
    dog_size = models.CharField("크기", max_length=10, choices=DogSize.choices)
    starts_at = models.DateTimeField("시작")
    ends_at = models.DateTimeField("끝")
    price = models.PositiveIntegerField("가격 (원)")
    status = models.CharField("상태", max_length=10, choices=Status.choices)
    booked_at = models.DateTimeField("예약한 시각")
    language = IdentifierField("언어", max_length=2, default="ko", db_default="ko", editable=False)
    """In which its customer is written to about it: that in which it was booked."""
    agreed_policy: models.JSONField[Any, Any] = models.JSONField("합의한 취소 규정", null=True, blank=True)
    """That of the salon when it was booked (salons.policies.cancellation); None costs nothing."""
    cancellation_fee = models.IntegerField("취소 수수료 (원)", null=True, blank=True)
    moves = models.SmallIntegerField("시간을 바꾼 횟수", default=0, db_default=0)
    sequence = models.IntegerField("개정", default=0, db_default=0, editable=False)
    """Rises with every change that calendars show (RFC 5545)."""
    ending = IdentifierField("끝난 상태", max_length=24, choices=ENDINGS, blank=True, default="", db_default="")
    ended_at = models.DateTimeField("끝난 시각", null=True, blank=True)
    cancelled_at = models.DateTimeField("취소한 시각", null=True, blank=True)

    class Meta:
        verbose_name = "예약"
        verbose_name_plural = "예약"
        indexes = [
            models.Index(fields=["customer", "-starts_at", "-id"], name="bookings_of_customer"),
            models.Index(fields=["groomer", "-starts_at", "-id"], name="bookings_of_groomer"),
            models.Index(fields=["starts_at"], name="bookings_by_start"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="booking_takes_time"),
            models.CheckConstraint(
                condition=models.Q(ends_at__lte=models.F("starts_at") + LONGEST), name="booking_takes_a_week_at_most"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%F %H:%M} {self.get_status_display()}"

    @property
    def state(self) -> State:
        """Of a booking that an older release ended nobody kept by whom."""
        return State(self.ending or self.status)

    @property
    def policy(self) -> Policy:
        """What was agreed, whatever the salon asks of others by now."""
        return policy_of(self.agreed_policy)

    @property
    def cancellation_terms(self) -> list[Term]:
        """What cancelling costs its customer until when."""
        return terms_of(self.policy, price=self.price, starts_at=self.starts_at)

    def fee_at(self, moment: datetime) -> int:
        """In won, if its customer cancels it then."""
        return fee_at(self.policy, price=self.price, starts_at=self.starts_at, at=moment)

    @cached_property
    def visit(self) -> list[BookedTreatment]:
        """What is done, one after the other. Of a booking without rows, which an older release made, the one thing."""
        return list(self.treatments.all()) or [
            BookedTreatment(
                booking=self,
                number=0,
                treatment=self.treatment,
                dog_size=self.dog_size,
                minutes=(self.ends_at - self.starts_at) // timedelta(minutes=1),
                price=self.price,
            )
        ]


class Move(models.Model):
    """A booking that its customer moved to another time. They are counted (bookings.limits)."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="moved", verbose_name="예약")
    moved_at = models.DateTimeField("바꾼 시각")
    moved_from = models.DateTimeField("전의 시작")

    class Meta:
        verbose_name = verbose_name_plural = "시간 변경"

    def __str__(self) -> str:
        return f"{self.moved_from:%F %H:%M}"


class BookedTreatment(models.Model):
    """One treatment of one dog within a visit, with what it takes and costs as it was when it was booked."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="treatments", verbose_name="예약")
    number = models.PositiveSmallIntegerField("순서")
    treatment = models.ForeignKey(Treatment, on_delete=models.PROTECT, related_name="+", verbose_name="시술")
    # The constraint is in migration 0004, where the database empties the column itself: an older release that removes a
    # dog knows nothing of this table.
    dog = models.ForeignKey(
        Dog,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name="강아지",
    )
    dog_size = models.CharField("크기", max_length=10, choices=DogSize.choices)
    minutes = models.PositiveSmallIntegerField("시간 (분)")
    price = models.PositiveIntegerField("가격 (원)")
    price_sheet: models.JSONField[Any, Any] = models.JSONField("가격 내역", null=True, blank=True, editable=False)
    """What the price was made of, when it was booked. None: the price for the size alone, as older releases have it."""

    class Meta:
        verbose_name = "예약한 시술"
        verbose_name_plural = "예약한 시술"
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["booking", "number"], name="one_treatment_per_number")]

    def __str__(self) -> str:
        return f"{self.treatment} ({self.get_dog_size_display()})"

    def freeze(self, price: Price) -> None:
        """As the salon's rules have it now; they may change."""
        self.price = price.total
        lines = [{"reason": line.reason.value, "won": line.won} for line in price.lines]
        self.price_sheet = {"base": price.base, "lines": lines}

    @property
    def base(self) -> int:
        """The price for the size, in won."""
        return self.price if self.price_sheet is None else int(self.price_sheet["base"])

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What the rules added for this dog: `reason` and `won`."""
        return [] if self.price_sheet is None else list(self.price_sheet["lines"])


def names_of(treatments: list[BookedTreatment]) -> str:
    """For a title: 목욕 ×2, 클리핑."""
    counts = Counter(booked.treatment.name for booked in treatments)
    text = ", ".join(name if count == 1 else f"{name} ×{count}" for name, count in counts.items())
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1]}…"
