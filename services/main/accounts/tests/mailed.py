"""What reaches people by mail, as tests read it."""

from __future__ import annotations

from django.core import mail
from django.utils import timezone

from notifications.mails.of_accounts import send_waiting_account_mails
from serving.redis import shared_redis


def forget_who_asked_for_mails() -> None:
    """Tests share one Redis, and most come from one address."""
    for kind in ("confirm-email", "change-email", "reset-password"):
        for key in shared_redis().scan_iter(f"attempts:{kind}-*"):
            shared_redis().delete(key)


def token_mailed_to(address: str) -> str:
    """Out of the newest mail that went there."""
    send_waiting_account_mails(now=timezone.now())
    letter = next(one for one in reversed(mail.outbox) if one.to == [address])
    return letter.body.partition("#")[2].split()[0]


def subjects_to(address: str) -> list[str]:
    send_waiting_account_mails(now=timezone.now())
    return [str(one.subject) for one in mail.outbox if one.to == [address]]
