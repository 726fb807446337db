"""From where people signed in lately, in a form that says only whether two came from the same."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from api.inputs.model_fields import IdentifierField


class SignInOrigin(models.Model):
    """A network (an address of IPv4, a /64 of IPv6) or a device, as a keyed digest: no address can be read from it."""

    class Kind(models.TextChoices):
        NETWORK = "network"
        DEVICE = "device"

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_in_origins")
    kind = IdentifierField(max_length=10, choices=Kind.choices)
    digest = IdentifierField(max_length=32)
    seen_at = models.DateTimeField(db_index=True)
    """Last. Kept for `accounts.shared_origins.services.KEPT` from then."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "kind", "digest"], name="origin_once_an_account")]
        indexes = [models.Index(fields=["kind", "digest"], name="origin_of_whom")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.account_id}"
