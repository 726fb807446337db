"""Where people have signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from accounts.sessions.ended_stream import after_commit
from api.inputs.model_fields import IdentifierField
from salon_contracts.stores.ended_sessions import EndedSession


class SessionQuerySet(models.QuerySet["Session"]):
    def but(self, session_id: UUID | None) -> SessionQuerySet:
        """Without this one; None stands for none of them."""
        return self if session_id is None else self.exclude(pk=session_id)

    def end(self, *, now: datetime) -> int:
        """Their refresh tokens are worthless from now on, and after the commit their access tokens too."""
        with transaction.atomic():
            live = list(self.filter(ended_at=None).select_for_update().values_list("pk", "account_id"))
            Session.objects.filter(pk__in=[session_id for session_id, _ in live]).update(ended_at=now)
            ended = [EndedSession(session_id=session_id, account_id=account_id) for session_id, account_id in live]
            if ended:
                transaction.on_commit(lambda: after_commit(ended))
        return len(ended)


class Session(models.Model):
    """A sign-in on one device: the family of refresh tokens that began with it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions")
    started_at = models.DateTimeField("시작")
    client = IdentifierField(max_length=10, default="", db_default="")
    device = models.CharField(max_length=60, default="", db_default="")
    network = models.CharField(max_length=50, default="", db_default="")
    """Where it came from last, in the words that its owner reads (accounts/own_sessions/client.py)."""
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField("끝", null=True, blank=True, db_index=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = "로그인"
        verbose_name_plural = "로그인"

    def __str__(self) -> str:
        return str(self.id)

    @property
    def last_used_at(self) -> datetime:
        return self.used_at or self.started_at


@receiver(pre_delete, sender=Session)
def end_with_its_row(instance: Session, **_: Any) -> None:
    """An account that is deleted takes its sessions along, and MySQL will not know of them."""
    if instance.ended_at is None:
        ended = [EndedSession(session_id=instance.pk, account_id=instance.account_id)]
        transaction.on_commit(lambda: after_commit(ended))


class RefreshToken(models.Model):
    """One link of the chain. Only its digest is kept, so that a stolen table signs nobody in."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="refresh_tokens")
    digest = IdentifierField(max_length=64, unique=True)
    nonce = models.CharField(max_length=64, default="", db_default="")
    """With it and the token itself the next token can be made again, for whoever lost the answer."""
    expires_at = models.DateTimeField(db_index=True)
    spent_at = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.session_id} until {self.expires_at:%F}"
