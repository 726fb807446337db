"""What a request with an Idempotency-Key has led to."""

from __future__ import annotations

from django.db import models

from accounts.models import Account
from api.inputs.model_fields import IdentifierField


class CarriedOut(models.Model):
    """Written in the transaction of what it led to: one is never there without the other."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    key = IdentifierField(max_length=64)
    asked = IdentifierField(max_length=64)
    made = models.UUIDField()
    """The id of the row that the request made."""
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="one_request_per_key")]
        indexes = [models.Index(fields=["account", "at"], name="carried_out_of_account")]

    def __str__(self) -> str:
        return f"{self.key} of account {self.account_id}"
