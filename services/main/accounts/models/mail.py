"""Mails about an account itself, from the commit that wants them until a worker has tried to send them."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from api.inputs.model_fields import IdentifierField

ADDRESS_LENGTH = 254


class AccountMail(models.Model):
    """One mail to one address.

    Whose account it is about is found out when it is sent: whoever asks for a new password of an address must not
    learn from the answer, or from how long it takes, whether anybody has it.
    """

    class Kind(models.TextChoices):
        CONFIRM_EMAIL = "confirm-email"
        CHANGE_EMAIL = "change-email"
        EMAIL_CHANGED = "email-changed"
        RESET_PASSWORD = "reset-password"  # noqa: S105  # a kind of mail
        PASSWORD_CHANGED = "password-changed"  # noqa: S105  # a kind of mail
        PASSWORD_SET_BY_LINK = "password-set-by-link"  # noqa: S105  # a kind of mail
        PROVIDER_CONNECTED = "provider-connected"
        PROVIDER_LET_GO = "provider-let-go"
        ACCOUNT_DELETED = "account-deleted"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = IdentifierField(max_length=20, choices=Kind.choices)
    address = IdentifierField(max_length=ADDRESS_LENGTH)
    """Canonical. Empty as soon as the mail was tried: the digest is enough to count by."""
    address_digest = IdentifierField(max_length=32)
    about_account = models.BigIntegerField(null=True)
    """The account that wants this address as its own, where the kind is CHANGE_EMAIL. No foreign key: it may go."""
    provider = IdentifierField(max_length=10, default="", db_default="")
    """Of sign-ins, where the mail is about one."""
    language = IdentifierField(max_length=2, default="ko")
    created_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["tried_at", "created_at"], name="account_mail_waiting"),
            models.Index(fields=["address_digest", "kind", "tried_at"], name="account_mail_of_address"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
