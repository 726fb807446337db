"""Mails about accounts: links and warnings. Each is tried once; who did not get one asks for another."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from accounts.mailed.words import letter_for
from accounts.models import AccountMail
from notifications.mails.sending import AT_MOST_AT_ONCE, mails, send
from salon_kit.logs import get_logger

log = get_logger(__name__)

DAY = timedelta(days=1)
# Of one kind to one address, whoever asked: the limits of asking are counted in Redis, which may be away.
MAILS_A_DAY = 20


def send_waiting_account_mails(*, now: datetime) -> int:
    """Send the oldest few, and give how many went out. Raises OSError or SMTPException as `send_waiting_mails` does."""
    # One of a later release, which is being deployed or was taken back, waits for whoever has words for it.
    mine = AccountMail.objects.filter(tried_at=None, kind__in=AccountMail.Kind.values)
    waiting = list(mine.order_by("created_at")[:AT_MOST_AT_ONCE])
    if not waiting:
        return 0
    with get_connection() as server:
        return sum(_send_once(mail, server=server, now=now) for mail in waiting)


def _send_once(mail: AccountMail, *, server: BaseEmailBackend, now: datetime) -> int:
    if not _is_mine_to_send(mail, now=now):
        return 0
    letter = letter_for(mail)
    if letter is None:
        log.info("mail_for_nobody", mail_id=str(mail.pk), kind=mail.kind)
        return 0
    return int(send(to=mail.address, words=lambda: letter, server=server, mail_id=mail.pk, kind=mail.kind))


def _is_mine_to_send(mail: AccountMail, *, now: datetime) -> bool:
    """Its own committed step: whoever sets the time sends it. The address goes out of the row with it."""
    tried = AccountMail.objects.filter(
        address_digest=mail.address_digest, kind=mail.kind, tried_at__gt=now - DAY
    ).count()
    mine = bool(AccountMail.objects.filter(pk=mail.pk, tried_at=None).update(tried_at=now, address=""))
    if mine and tried >= MAILS_A_DAY:
        mails.labels("over-limit").inc()
        log.warning("account_mail_over_limit", mail_id=str(mail.pk), kind=mail.kind)
        return False
    return mine
