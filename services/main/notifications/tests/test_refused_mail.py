"""What a mail server refuses: one recipient, or everybody."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from accounts.models import Account
from conftest import MakeAccount
from notifications.mails.of_bookings import MailDelivery
from notifications.models import Notification
from notifications.services import deliver_notifications
from notifications.tests.conftest import confirmed
from notifications.tests.test_mail import NOW

pytestmark = pytest.mark.django_db


class _Session(socketserver.StreamRequestHandler):
    """As much of SMTP as sending takes (RFC 5321)."""

    server: MailServer

    def handle(self) -> None:
        self._reply("220 ready")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(":")[0].upper()
            if verb == "RCPT TO" and (reply := self.server.refused.get(line.split("<")[1].split(">")[0])):
                self._reply(reply)
            elif verb == "DATA":
                self._reply("354 go on")
                self.server.delivered.append(self._message())
                self._reply("250 kept")
            else:
                self._reply("221 bye" if verb == "QUIT" else "250 fine")

    def _message(self) -> str:
        lines = iter(self.rfile.readline, b".\r\n")
        return b"".join(lines).decode()

    def _reply(self, reply: str) -> None:
        self.wfile.write(f"{reply}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.refused: dict[str, str] = {}
        self.delivered: list[str] = []


@pytest.fixture
def mail_server(settings: LazySettings) -> Iterator[MailServer]:
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("reply", ["550 no such mailbox", "450 no such domain today"])
def test_a_recipient_whom_the_mail_server_refuses_keeps_nobody_elses_mail_waiting(
    mail_server: MailServer, customer: Account, make_account: MakeAccount, reply: str
) -> None:
    groomer, delivery = make_account(role="groomer"), MailDelivery()
    mail_server.refused[customer.email] = reply
    deliver_notifications(events=[confirmed(customer, groomer)], now=NOW)

    delivery.deliver_some()

    assert [groomer.email in message for message in mail_server.delivered] == [True]
    assert not delivery.is_resting
    assert not Notification.objects.filter(mail_tried_at=None).exists()


@pytest.mark.parametrize(
    "reply",
    [
        "421 closing",
        "451 local error",
        "452 no space left",
        "530 authentication required",
        "554 no SMTP service here",
    ],
)
def test_a_mail_server_that_takes_nothing_at_the_moment_is_left_in_peace(
    mail_server: MailServer, customer: Account, make_account: MakeAccount, reply: str
) -> None:
    groomer, delivery = make_account(role="groomer"), MailDelivery()
    mail_server.refused = dict.fromkeys((customer.email, groomer.email), reply)
    deliver_notifications(events=[confirmed(customer, groomer)], now=NOW)

    delivery.deliver_some()

    assert delivery.is_resting
    assert mail_server.delivered == []
    assert Notification.objects.filter(mail_tried_at=None).count() == 1
