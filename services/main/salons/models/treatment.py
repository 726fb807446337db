"""What a salon offers, and at which price."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction

from api.inputs.model_fields import IdentifierField
from api.inputs.nfc_field import NfcCharField
from salons.models.salon import Salon

LEAST_MINUTES, MOST_MINUTES = 5, 480
MOST_WON = 10_000_000


class DogSize(models.TextChoices):
    SMALL = "small", "소형견"
    MEDIUM = "medium", "중형견"
    LARGE = "large", "대형견"


class TreatmentKind(models.TextChoices):
    """By which treatments of all salons are searched, whatever each salon calls them."""

    BATH = "bath", "목욕"
    HYGIENE = "hygiene", "위생 미용"
    CLIPPING = "clipping", "전체 클리핑"
    SCISSORS = "scissors", "가위컷"
    PARTIAL = "partial", "부분 미용"
    SPA = "spa", "스파·피부 관리"
    NAILS = "nails", "발톱 정리"
    TEETH = "teeth", "양치"
    EARS = "ears", "귀 세정"
    OTHER = "other", "기타"


def _minutes(label: str) -> models.PositiveSmallIntegerField[int, int]:
    return models.PositiveSmallIntegerField(
        label, validators=[MinValueValidator(LEAST_MINUTES), MaxValueValidator(MOST_MINUTES)]
    )


def _price(label: str) -> models.PositiveIntegerField[int, int]:
    return models.PositiveIntegerField(label, validators=[MaxValueValidator(MOST_WON)])


class Treatment(models.Model):
    """What a salon offers. A larger dog takes longer and costs more."""

    salon = models.ForeignKey(Salon, on_delete=models.PROTECT, related_name="treatments", verbose_name="살롱")
    name = NfcCharField("이름", max_length=60)
    kind = IdentifierField(
        "종류",
        max_length=10,
        choices=TreatmentKind.choices,
        default=TreatmentKind.OTHER,
        db_default=TreatmentKind.OTHER,
    )
    price_small = _price("가격 (소형견, 원)")
    price_medium = _price("가격 (중형견, 원)")
    price_large = _price("가격 (대형견, 원)")
    minutes_small = _minutes("시간 (소형견, 분)")
    minutes_medium = _minutes("시간 (중형견, 분)")
    minutes_large = _minutes("시간 (대형견, 분)")

    class Meta:
        verbose_name = "시술"
        verbose_name_plural = "시술"
        constraints = [models.UniqueConstraint(fields=["salon", "name"], name="one_treatment_per_name")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **options: Any) -> None:
        """In one transaction with what its salon is found by (salons.search.index.keeping listens)."""
        with transaction.atomic():
            self._lock_salon()
            super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            self._lock_salon()
            return super().delete(*args, **options)

    def _lock_salon(self) -> None:
        """Two who add treatments to one salon would each hold it by their foreign key, and then wait for each other."""
        list(Salon.objects.select_for_update().filter(pk=self.salon_id).values_list("pk"))

    def price(self, size: DogSize) -> int:
        """Whole won."""
        return {
            DogSize.SMALL: self.price_small,
            DogSize.MEDIUM: self.price_medium,
            DogSize.LARGE: self.price_large,
        }[size]

    def duration(self, size: DogSize) -> timedelta:
        minutes = {
            DogSize.SMALL: self.minutes_small,
            DogSize.MEDIUM: self.minutes_medium,
            DogSize.LARGE: self.minutes_large,
        }[size]
        return timedelta(minutes=minutes)
