"""Mails about news that has been committed: each is tried once, never twice."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from accounts.credentials.locking import lock_account
from notifications.mails.invitations import calendar_part
from notifications.mails.of_accounts import send_waiting_account_mails
from notifications.mails.sending import AT_MOST_AT_ONCE, mails, send
from notifications.mails.words import KINDS, in_words
from notifications.models import Notification
from salon_kit.logs import get_logger

log = get_logger(__name__)

REST_SECONDS = 30.0
DAY = timedelta(days=1)
# A groomer whose whole day is booked and cancelled again has some forty.
MAILS_A_DAY = 100


class MailDelivery:
    """Takes out the mails that wait, a few each time it is asked; rests when the mail server is away."""

    def __init__(self) -> None:
        self._rests_until = 0.0
        if settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"):
            log.error("mails_go_nowhere", missing="MAIN_MAIL_URL")

    @property
    def is_resting(self) -> bool:
        return time.monotonic() < self._rests_until

    def deliver_some(self) -> None:
        if self.is_resting:
            return
        try:
            send_waiting_account_mails(now=timezone.now())
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
        # One of a later release, which is being deployed or was taken back, waits for whoever has words for it.
        Notification.objects.filter(wants_mail=True, mail_tried_at=None, recipient__is_active=True, kind__in=KINDS)
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
    if _is_over(notification, now=now):
        log.info("mail_too_late", mail_id=str(notification.pk), kind=notification.kind)
        return 0
    return int(
        send(
            to=notification.recipient.email,
            words=lambda: in_words(notification),
            server=server,
            mail_id=notification.pk,
            kind=notification.kind,
            calendar=lambda: calendar_part(notification),
        )
    )


def _is_over(notification: Notification, *, now: datetime) -> bool:
    """After an outage of the mail server: nobody is asked to come to what began, nor to book what is held no more."""
    of_kind = {"booking.reminder": "starts_at", "waitlist.offered": "held_until"}
    moment = notification.facts.get(of_kind.get(notification.kind, ""))
    try:
        return moment is not None and datetime.fromisoformat(moment) <= now
    except (TypeError, ValueError):
        return False  # no moment: it is tried, and what cannot be written is named there


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
            mails.labels("over-limit").inc()
            log.warning("mail_over_limit", recipient_id=notification.recipient_id)
        return False
