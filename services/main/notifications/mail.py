"""Mails about news that has been committed: each is tried once, never twice."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from accounts.credentials.locking import lock_account
from notifications.models import Notification
from salon_contracts.metrics.main import MAILS
from salon_kit.logs import get_logger
from salon_kit.metrics.instruments import counters

log = get_logger(__name__)

AT_MOST_AT_ONCE = 10
REST_SECONDS = 30.0
DAY = timedelta(days=1)
# A groomer whose whole day is booked and cancelled again has some forty.
MAILS_A_DAY = 100
# Replies of SMTP (RFC 5321) that are about one mailbox, be it for now: busy, no such syntax, unknown, elsewhere, full,
# not allowed. Whatever else is answered to a recipient (421, 451, 452, 530, 554…) is about the server or about us.
_OF_THE_MAILBOX = {450, 501, 550, 551, 552, 553}
# To the words of a mail: from here on a refusal that would be the same again.
_FOR_GOOD = 500

_mails = counters(MAILS)


class MailDelivery:
    """Takes out the mails that wait, a few each time it is asked; rests when the mail server is away."""

    def __init__(self) -> None:
        self._rests_until = 0.0

    @property
    def is_resting(self) -> bool:
        return time.monotonic() < self._rests_until

    def deliver_some(self) -> None:
        if self.is_resting:
            return
        try:
            send_waiting_mails(now=timezone.now())
        except (OSError, SMTPException) as error:
            self._rests_until = time.monotonic() + REST_SECONDS
            log.warning("mail_server_away", reason=type(error).__name__, again_in_seconds=REST_SECONDS)


def send_waiting_mails(*, now: datetime) -> int:
    """Send the oldest few, and give how many went out. Raises OSError or SMTPException, before the first is taken

    if the server is away, or at the mail in hand, which then counts as tried: it may have been sent. A mail
    that the server refuses by itself counts as tried too, and the others go out.
    """
    waiting = list(
        Notification.objects.filter(wants_mail=True, mail_tried_at=None, recipient__is_active=True)
        .select_related("recipient")
        .order_by("created_at")[:AT_MOST_AT_ONCE]
    )
    if not waiting:
        return 0
    with get_connection() as server:
        return sum(_send_once(notification, server=server, now=now) for notification in waiting)


def _send_once(notification: Notification, *, server: BaseEmailBackend, now: datetime) -> int:
    if not _is_mine_to_send(notification, now=now):
        return 0
    try:
        subject, body = in_words(notification)
        EmailMessage(subject, body, to=[notification.recipient.email], connection=server).send()
    except (OSError, SMTPException) as error:
        _mails.labels("failed").inc()
        if not _is_about_this_mail(error):
            raise
        log.warning("mail_refused", notification_id=str(notification.pk), reason=type(error).__name__)
        return 0
    except Exception:
        # What the row or the address holds cannot be made a mail: nobody else's mail waits for that.
        log.exception("mail_cannot_be_written", notification_id=str(notification.pk))
        _mails.labels("failed").inc()
        return 0
    _mails.labels("sent").inc()
    log.info("mail_sent", notification_id=str(notification.pk), kind=notification.kind)
    return 1


def _is_about_this_mail(error: Exception) -> bool:
    """The server took this recipient or these words for unfit, and goes on: anybody can sign up under an address that
    no server takes, and nobody else's mail may wait for that."""
    if isinstance(error, SMTPRecipientsRefused):
        return {code for code, _ in error.recipients.values()} <= _OF_THE_MAILBOX
    return isinstance(error, SMTPDataError) and error.smtp_code >= _FOR_GOOD


def _is_mine_to_send(notification: Notification, *, now: datetime) -> bool:
    """Its own committed step: whoever sets the time is the one who sends, and nobody does after a crash.

    More than so many a day reach nobody by mail: the list of notifications has them all.
    """
    with transaction.atomic():
        lock_account(account_id=notification.recipient_id)
        waiting = Notification.objects.filter(pk=notification.pk, wants_mail=True, mail_tried_at=None)
        tried = Notification.objects.filter(recipient_id=notification.recipient_id, mail_tried_at__gt=now - DAY)
        if tried.count() < MAILS_A_DAY:
            return bool(waiting.update(mail_tried_at=now))
        if waiting.update(wants_mail=False):
            _mails.labels("over-limit").inc()
            log.warning("mail_over_limit", recipient_id=notification.recipient_id)
        return False


def in_words(notification: Notification) -> tuple[str, str]:
    """Subject and body."""
    facts = notification.facts
    starts_at = timezone.localtime(datetime.fromisoformat(facts["starts_at"]))
    when = f"{starts_at:%Y년 %m월 %d일 %H:%M}"
    subject, opening = {
        "booking.confirmed": ("예약이 확정됐어요", "예약이 확정됐어요."),
        "booking.cancelled": ("예약이 취소됐어요", "아래 예약이 취소됐어요."),
    }[notification.kind]
    body = (
        f"{notification.recipient.name}님, 안녕하세요. {opening}\n\n"
        f"살롱: {facts['salon_name']}\n미용: {facts['treatment_name']}\n시간: {when}\n\n댕댕살롱"
    )
    return f"[댕댕살롱] {subject}", body
