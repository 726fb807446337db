"""What an operator has besides a password."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from api.inputs.model_fields import IdentifierField


class SecondFactor(models.Model):
    """A secret that the account's authenticator app shares with us (RFC 6238)."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="second_factor"
    )
    sealed_secret = models.CharField(max_length=255)
    """Encrypted, so that a stolen table or backup is no second factor (accounts/second_factor/secrets.py)."""
    confirmed_at = models.DateTimeField(null=True)
    """None: shown to its owner, who has not proved yet that the app has it."""
    last_step = models.BigIntegerField(default=-1)
    """The half-minute of the last code that was taken. Neither it nor one before it is taken again."""

    def __str__(self) -> str:
        return f"second factor of {self.account_id}"


class RecoveryCode(models.Model):
    """For whoever has lost the app. Its row goes when it is used."""

    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = IdentifierField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["factor", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"recovery code of {self.factor_id}"
