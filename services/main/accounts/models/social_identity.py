"""Who an account is at Google, Kakao or Naver."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from api.inputs.model_fields import IdentifierField


class SocialIdentity(models.Model):
    """A person of a provider, by what the provider calls them for good; never by an address, which others may get."""

    class Provider(models.TextChoices):
        GOOGLE = "google"
        KAKAO = "kakao"
        NAVER = "naver"

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identities")
    provider = IdentifierField(max_length=10, choices=Provider.choices)
    uid = IdentifierField(max_length=255)
    connected_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "uid"], name="identity_of_one_account"),
            models.UniqueConstraint(fields=["account", "provider"], name="identity_once_a_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} of {self.account_id}"
