"""Who is groomed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.models import Account
from api.inputs.model_fields import IdentifierField
from api.inputs.nfc_field import NfcCharField
from salons.models import DogSize

# A Chihuahua puppy, and a third more than the heaviest Mastiff on record.
LIGHTEST_GRAMS, HEAVIEST_GRAMS = 100, 200_000
SMALL_BELOW_GRAMS, LARGE_FROM_GRAMS = 7_000, 15_000
NAME_LENGTH, NOTES_LENGTH = 20, 500


class Sex(models.TextChoices):
    FEMALE = "female", "암컷"
    MALE = "male", "수컷"


class Neutered(models.TextChoices):
    YES = "yes", "했어요"
    NO = "no", "안 했어요"
    UNKNOWN = "unknown", "몰라요"


class Coat(models.TextChoices):
    SHORT = "short", "짧은 털"
    LONG = "long", "긴 털"
    DOUBLE = "double", "이중모"
    CURLY = "curly", "곱슬 털"
    ROUGH = "rough", "뻣뻣한 털"
    HAIRLESS = "hairless", "털 없음"


class Temperament(models.TextChoices):
    LIKES_PEOPLE = "likes-people", "사람을 좋아해요"
    SHY = "shy", "낯을 가려요"
    FEARS_WATER = "fears-water", "물을 무서워해요"
    FEARS_DRYER = "fears-dryer", "드라이 소리를 무서워해요"
    FEARS_DOGS = "fears-dogs", "다른 강아지를 무서워해요"
    DISLIKES_PAWS_TOUCHED = "dislikes-paws-touched", "발을 만지는 걸 싫어해요"
    DISLIKES_FACE_TOUCHED = "dislikes-face-touched", "얼굴을 만지는 걸 싫어해요"
    SEPARATION_ANXIETY = "separation-anxiety", "혼자 있으면 불안해해요"
    MAY_BITE = "may-bite", "물 수 있어요"


class Dog(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="dogs", verbose_name="보호자")
    name = NfcCharField("이름", max_length=NAME_LENGTH)
    breed = IdentifierField("견종", max_length=40, help_text="dogs.breeds.BREEDS")
    born_in = models.DateField("태어난 달", help_text="그 달의 첫날")
    sex = IdentifierField("성별", max_length=6, choices=Sex.choices)
    neutered = IdentifierField("중성화", max_length=7, choices=Neutered.choices)
    weight_grams = models.PositiveIntegerField(
        "몸무게 (g)", validators=[MinValueValidator(LIGHTEST_GRAMS), MaxValueValidator(HEAVIEST_GRAMS)]
    )
    coat = IdentifierField("털", max_length=8, choices=Coat.choices)
    temperament: models.JSONField[Any, Any] = models.JSONField("성격", default=list)
    """Values of `Temperament`, each at most once."""
    health_notes = models.CharField("건강", max_length=NOTES_LENGTH, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    """Rises with every change: two people who edit one dog at once do not overwrite each other."""
    created_at = models.DateTimeField("등록한 시각")

    class Meta:
        verbose_name = "강아지"
        verbose_name_plural = "강아지"
        indexes = [models.Index(fields=["owner", "created_at", "id"], name="dogs_of_owner")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weight_grams__gte=LIGHTEST_GRAMS, weight_grams__lte=HEAVIEST_GRAMS),
                name="dog_has_a_weight_of_dogs",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def size(self) -> DogSize:
        """By which treatments are priced: small below 7 kg, large from 15 kg on."""
        return size_of(self.weight_grams)


def size_of(weight_grams: int) -> DogSize:
    if weight_grams < SMALL_BELOW_GRAMS:
        return DogSize.SMALL
    return DogSize.LARGE if weight_grams >= LARGE_FROM_GRAMS else DogSize.MEDIUM
