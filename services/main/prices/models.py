"""A salon's rules about prices, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from api.inputs.model_fields import IdentifierField
from dogs.models import Coat, Temperament
from prices.rules import Matting, Reason, Rule
from salons.models import Salon, Treatment

if TYPE_CHECKING:
    from collections.abc import Collection

MOST_WON, MOST_PERCENT = 1_000_000, 300
_REASONS = [
    *((Reason.WEIGHT.value, "몸무게"), (Reason.COAT.value, "털"), (Reason.MATTING.value, "엉킴")),
    *((Reason.TEMPERAMENT.value, "성격"), (Reason.TRAVEL.value, "출장 거리")),
]
# What a rule about one value may name; the others are about an amount.
VALUES: dict[Reason, Collection[str]] = {
    Reason.COAT: Coat.values,
    Reason.MATTING: [Matting.LIGHT.value, Matting.HEAVY.value],
    Reason.TEMPERAMENT: Temperament.values,
}


class PriceRule(models.Model):
    """What is added to the price of one treatment, or of all of the salon's. See prices.rules.Rule for the units."""

    salon = models.ForeignKey(Salon, on_delete=models.CASCADE, related_name="price_rules", verbose_name="살롱")
    treatment = models.ForeignKey(
        Treatment,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="price_rules",
        verbose_name="시술",
        help_text="비워 두면 모든 시술",
    )
    reason = IdentifierField("기준", max_length=11, choices=_REASONS)
    value = IdentifierField("값", max_length=30, blank=True, help_text="털, 엉킴, 성격")
    least = models.IntegerField("이상 (g, m)", default=0, validators=[MinValueValidator(0)])
    below = models.IntegerField("미만 (g, m)", null=True, blank=True, validators=[MinValueValidator(1)])
    won = models.IntegerField(
        "더하는 금액 (원)", default=0, validators=[MinValueValidator(-MOST_WON), MaxValueValidator(MOST_WON)]
    )
    percent = models.SmallIntegerField(
        "더하는 비율 (%)", default=0, validators=[MinValueValidator(-100), MaxValueValidator(MOST_PERCENT)]
    )

    class Meta:
        verbose_name = "가격 규칙"
        verbose_name_plural = "가격 규칙"

    def __str__(self) -> str:
        return f"{self.reason} {self.value or self.least}"

    def clean(self) -> None:
        """A rule says one thing, about something that there is."""
        allowed = VALUES.get(Reason(self.reason)) if self.reason in set(Reason) else None
        if allowed is not None and (self.value not in allowed or self.least or self.below is not None):
            raise ValidationError({"value": ValidationError("고를 수 있는 값이 아니에요", code="not-a-value")})
        if allowed is None and self.value:
            raise ValidationError({"value": ValidationError("범위로 적는 기준이에요", code="not-a-value")})
        if self.below is not None and self.below <= self.least:
            raise ValidationError({"below": ValidationError("이상보다 커야 해요", code="empty-range")})
        if not self.won and not self.percent:
            raise ValidationError({"won": ValidationError("금액이나 비율을 적어 주세요", code="adds-nothing")})
        if self.treatment is not None and self.treatment.salon_id != self.salon_id:
            raise ValidationError({"treatment": ValidationError("이 살롱의 시술이 아니에요", code="of-another-salon")})

    def rule(self) -> Rule:
        return Rule(
            id=self.pk,
            reason=Reason(self.reason),
            value=self.value,
            least=self.least,
            below=self.below,
            won=self.won,
            percent=self.percent,
        )
