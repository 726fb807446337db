"""Reviews, reports of them, and how often a salon was given how many stars."""

from __future__ import annotations

from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.models import Account
from api.inputs.model_fields import IdentifierField
from bookings.models import Booking
from salons.models import Salon

FEWEST_STARS, MOST_STARS = 1, 5
TEXT_LENGTH, REPLY_LENGTH = 1_000, 1_000


class Review(models.Model):
    """One of a visit, by its customer. `salon` is the booking's groomer's when it was written."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    # Both constraints are in migration 0001, where the database removes the row itself: an older release knows nothing
    # of this table.
    booking = models.OneToOneField(
        Booking, on_delete=models.CASCADE, db_constraint=False, related_name="review", verbose_name="예약"
    )
    salon = models.ForeignKey(
        Salon, on_delete=models.CASCADE, db_constraint=False, related_name="reviews", verbose_name="살롱"
    )
    stars = models.SmallIntegerField(
        "별점", validators=[MinValueValidator(FEWEST_STARS), MaxValueValidator(MOST_STARS)]
    )
    text = models.CharField("후기", max_length=TEXT_LENGTH, blank=True)
    written_at = models.DateTimeField("쓴 시각")
    edited_at = models.DateTimeField("고친 시각", null=True, blank=True)
    reply = models.CharField("미용사의 답", max_length=REPLY_LENGTH, blank=True, default="")
    replied_at = models.DateTimeField("답한 시각", null=True, blank=True)
    hidden_at = models.DateTimeField("가린 시각", null=True, blank=True)
    """Shown to its author and its groomer only, and not counted."""

    class Meta:
        verbose_name = verbose_name_plural = "후기"
        indexes = [models.Index(fields=["salon", "-written_at", "-id"], name="reviews_of_salon")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stars__gte=FEWEST_STARS, stars__lte=MOST_STARS), name="review_has_one_to_five_stars"
            )
        ]

    def __str__(self) -> str:
        return "★" * self.stars


class Report(models.Model):
    """Somebody says that a review should not be there; an operator decides."""

    class Reason(models.TextChoices):
        ABUSE = "abuse", "욕설·비방"
        PRIVATE = "private", "개인정보"
        UNTRUE = "untrue", "사실이 아님"
        ADVERTISING = "advertising", "광고"
        OTHER = "other", "기타"

    # These constraints are in migration 0001 too.
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, db_constraint=False, related_name="reports", verbose_name="후기"
    )
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, db_constraint=False, related_name="+", verbose_name="신고한 계정"
    )
    reason = IdentifierField("이유", max_length=12, choices=Reason.choices)
    reported_at = models.DateTimeField("신고한 시각")

    class Meta:
        verbose_name = verbose_name_plural = "후기 신고"
        indexes = [models.Index(fields=["account", "-reported_at"], name="reports_of_account")]
        constraints = [models.UniqueConstraint(fields=["review", "account"], name="one_report_per_account")]

    def __str__(self) -> str:
        return self.get_reason_display()


class Rating(models.Model):
    """What is shown of a salon without reading its reviews. `reviews.ratings` alone changes it, with the review."""

    salon = models.OneToOneField(
        Salon,
        on_delete=models.CASCADE,
        primary_key=True,
        db_constraint=False,
        related_name="rating",
        verbose_name="살롱",
    )
    count = models.IntegerField("후기 수")
    stars = models.IntegerField("별의 합")

    class Meta:
        verbose_name = verbose_name_plural = "평점"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    stars__gte=models.F("count") * FEWEST_STARS, stars__lte=models.F("count") * MOST_STARS
                ),
                name="rating_is_of_its_reviews",
            )
        ]

    def __str__(self) -> str:
        return "–" if self.average is None else f"{self.average} ({self.count})"

    @property
    def average(self) -> float | None:
        """To a tenth, halves up, as people count."""
        return (self.stars * 20 // self.count + 1) // 2 / 10 if self.count else None
