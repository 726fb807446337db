"""Who works in a salon."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from accounts.credentials.locking import lock_account
from accounts.models import Account
from api.inputs.nfc_field import NfcCharField
from salons.models.salon import Salon


class Groomer(models.Model):
    salon = models.ForeignKey(Salon, on_delete=models.PROTECT, related_name="groomers", verbose_name="살롱")
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="groomer", verbose_name="계정")
    name = NfcCharField("이름", max_length=50)
    owns_salon = models.BooleanField(
        "살롱 운영", default=False, db_default=False, help_text="살롱 정보와 영업 시간, 가격을 바꿀 수 있어요"
    )

    class Meta:
        verbose_name = "미용사"
        verbose_name_plural = "미용사"

    def __str__(self) -> str:
        return f"{self.name} ({self.salon})"

    def clean(self) -> None:
        """A customer who were the groomer too would talk with themselves."""
        account = Account.objects.filter(pk=self.account_id).first()
        if account is not None and account.role != Account.Role.GROOMER:
            raise ValidationError({"account": ValidationError("미용사 계정이 아니에요", code="not-a-groomer")})

    def save(self, *args: Any, **options: Any) -> None:
        """Raises Forbidden for an account of another role: it may have changed since the form was checked."""
        with transaction.atomic():
            lock_account(account_id=self.account_id, acts_as=Account.Role.GROOMER)
            super().save(*args, **options)
