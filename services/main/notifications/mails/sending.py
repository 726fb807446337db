"""One mail to the server: whether it went out, and whether what was refused is about it or about everybody."""

from __future__ import annotations

from collections.abc import Callable
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from uuid import UUID

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from accounts.credentials.canonical import is_nobodys
from notifications.mails.invitations import CalendarPart
from salon_contracts.metrics.main import MAILS
from salon_kit.logs import get_logger
from salon_kit.metrics.instruments import counters

log = get_logger(__name__)

AT_MOST_AT_ONCE = 10
# Replies of SMTP (RFC 5321) that are about one mailbox, be it for now: busy, no such syntax, unknown, elsewhere, full,
# not allowed. Whatever else is answered to a recipient (421, 451, 452, 530, 554…) is about the server or about us.
_OF_THE_MAILBOX = {450, 501, 550, 551, 552, 553}
# To the words of a mail: from here on a refusal that would be the same again.
_FOR_GOOD = 500

mails = counters(MAILS)


def send(
    *,
    to: str,
    words: Callable[[], tuple[str, str]],
    server: BaseEmailBackend,
    mail_id: UUID,
    kind: str,
    calendar: Callable[[], CalendarPart | None] = lambda: None,
) -> bool:
    """Whether it went out. `words` gives subject and body. Raises OSError or SMTPException about the server."""
    if is_nobodys(to):
        log.info("mail_for_nobody", mail_id=str(mail_id), kind=kind)
        return False
    try:
        subject, body = words()
        mail = EmailMultiAlternatives(subject, body, to=[to], connection=server)
        if (part := calendar()) is not None:
            mail.attach_alternative(part.text, part.media_type)
        mail.send()
    except (OSError, SMTPException) as error:
        mails.labels("failed").inc()
        if not _is_about_this_mail(error):
            raise
        log.warning("mail_refused", mail_id=str(mail_id), reason=type(error).__name__)
        return False
    except Exception:
        # What the row or the address holds cannot be made a mail: nobody else's mail waits for that.
        log.exception("mail_cannot_be_written", mail_id=str(mail_id))
        mails.labels("failed").inc()
        return False
    mails.labels("sent").inc()
    log.info("mail_sent", mail_id=str(mail_id), kind=kind)
    return True


def _is_about_this_mail(error: Exception) -> bool:
    """The server took this recipient or these words for unfit, and goes on: anybody can sign up under an address that
    no server takes, and nobody else's mail may wait for that."""
    if isinstance(error, SMTPRecipientsRefused):
        return {code for code, _ in error.recipients.values()} <= _OF_THE_MAILBOX
    return isinstance(error, SMTPDataError) and error.smtp_code >= _FOR_GOOD
