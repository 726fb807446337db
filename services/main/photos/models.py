"""What is known of a photo. Its bytes are in the store (photos/store)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.db import models

from accounts.models import Account
from api.inputs.model_fields import IdentifierField
from config.env import env
from dogs.models import Dog
from photos.reencoding.sizes import SIZES
from salons.models import Salon

# For so long a form can be posted. The time of a bus ride through tunnels, and not of a day.
FORM_LIVES = timedelta(minutes=10)
# Who has uploaded it and shows it nowhere has forgotten it.
UNSHOWN_LIVES = timedelta(days=1)


class Photo(models.Model):
    class Purpose(models.TextChoices):
        """What it may be shown as, and by whom."""

        SALON = "salon", "살롱"
        DOG = "dog", "강아지"

    class State(models.TextChoices):
        AWAITED = "awaited", "업로드 대기"
        CHECKED = "checked", "확인 중"
        READY = "ready", "준비됨"
        REFUSED = "refused", "거절됨"
        REMOVED = "removed", "지우는 중"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    # The database empties its three keys by itself (migration 0001): the release before deletes what they point to, and
    # knows no photos. Without an account what a salon shows stays the salon's.
    account = models.ForeignKey(
        Account,
        on_delete=models.SET_NULL,
        related_name="photos",
        null=True,
        db_constraint=False,
        verbose_name="올린 계정",
    )
    purpose = IdentifierField("용도", max_length=8, choices=Purpose.choices)
    content_type = IdentifierField("보낸 형식", max_length=20)
    declared_bytes = models.IntegerField("보낸 크기")
    state = IdentifierField("상태", max_length=8, choices=State.choices, default=State.AWAITED)
    refused_as = IdentifierField("거절 이유", max_length=30, blank=True, default="")
    width = models.IntegerField("너비", null=True)
    height = models.IntegerField("높이", null=True)
    created_at = models.DateTimeField("등록한 시각")
    form_ends_at = models.DateTimeField("업로드 마감", null=True)
    """Until then the form can be posted again, also after the photo is ready: what it leaves is cleared afterwards."""
    check_ends_at = models.DateTimeField("확인 마감", null=True)
    """Whoever looks at it has died if it takes longer."""
    remove_at = models.DateTimeField("지울 시각", null=True)
    """None while something shows it, and when what showed it is gone."""
    salon = models.ForeignKey(
        Salon, on_delete=models.SET_NULL, related_name="photos", null=True, db_constraint=False, verbose_name="살롱"
    )
    place = models.SmallIntegerField("순서", default=0)
    """In the salon's gallery, from 0 on."""
    dog = models.OneToOneField(
        Dog, on_delete=models.SET_NULL, related_name="photo", null=True, db_constraint=False, verbose_name="강아지"
    )

    class Meta:
        verbose_name = "사진"
        verbose_name_plural = "사진"
        indexes = [
            models.Index(fields=["account", "state"], name="photos_of_account"),
            models.Index(fields=["remove_at", "salon", "dog"], name="photos_to_remove"),
            models.Index(fields=["form_ends_at"], name="photos_to_clear"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def upload_key(self) -> str:
        """Where the store keeps what was posted: nobody reads it but us."""
        return f"uploads/{self.pk}"

    def key(self, size: str) -> str:
        """Of one size, which anybody may read who knows its address."""
        return f"photos/{self.pk}/{size}.webp"

    @property
    def sizes(self) -> dict[str, str]:
        """Addresses by the name of the size, once it is ready. What is at one of them never changes."""
        return {size: f"{env.photos_are_under}/{self.pk}/{size}.webp" for size in SIZES}
