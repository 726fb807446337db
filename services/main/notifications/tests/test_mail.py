"""Mails about bookings: only of what is committed, and each at most once."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from accounts.models import Account
from conftest import MakeAccount
from notifications.mails.of_bookings import MailDelivery, send_waiting_mails
from notifications.models import Notification
from notifications.services import deliver_notifications
from notifications.tests.conftest import cancelled, confirmed, issued, rescheduled
from salon_contracts.events.bookings import BookingEvent

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)


@pytest.fixture
def groomer(make_account: MakeAccount) -> Account:
    return make_account(role="groomer", name="초코 원장")


@pytest.fixture
def no_mail_server(settings: pytest.FixtureRequest) -> Iterator[None]:
    """An address where nobody answers."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
        settings.EMAIL_HOST = "127.0.0.1"  # type: ignore[attr-defined]
        settings.EMAIL_PORT = unused.getsockname()[1]  # type: ignore[attr-defined]
        yield


def test_both_sides_of_a_booking_get_one_mail_each(customer: Account, groomer: Account) -> None:
    deliver_notifications(events=[confirmed(customer, groomer)], now=NOW)

    assert send_waiting_mails(now=NOW) == 2
    assert send_waiting_mails(now=NOW) == 0

    assert {tuple(message.to) for message in mail.outbox} == {(customer.email,), (groomer.email,)}
    message = mail.outbox[0]
    assert message.subject == "[댕댕살롱] 예약이 확정됐어요"
    # 03:00 UTC the next day is noon in Seoul.
    assert "몽실살롱" in message.body
    assert "2026년 04월 02일 12:00" in message.body


def test_a_mail_of_a_kind_that_a_later_release_writes_waits_and_holds_nobody_up(
    customer: Account, groomer: Account
) -> None:
    deliver_notifications(events=[confirmed(customer, groomer)], now=NOW)
    Notification.objects.filter(recipient=groomer).update(kind="booking.of_tomorrow")

    assert send_waiting_mails(now=NOW) == 1
    assert Notification.objects.get(recipient=groomer).mail_tried_at is None


def test_both_sides_hear_to_what_time_a_booking_was_moved(customer: Account, groomer: Account) -> None:
    deliver_notifications(events=[rescheduled(customer, groomer)], now=NOW)

    assert send_waiting_mails(now=NOW) == 2

    assert {message.subject for message in mail.outbox} == {"[댕댕살롱] 예약 시간이 바뀌었어요"}
    assert all("2026년 04월 04일 12:00" in message.body for message in mail.outbox)
    facts = Notification.objects.get(recipient=customer, kind="booking.rescheduled").facts
    assert datetime.fromisoformat(facts["moved_from"]) == NOW + timedelta(days=1)


@pytest.mark.parametrize("of", [confirmed, rescheduled, lambda c, g: cancelled(c, g, by=g)])
def test_times_are_those_of_the_salon_and_the_customer_reads_the_language_of_the_booking(
    customer: Account, groomer: Account, of: Callable[[Account, Account], BookingEvent]
) -> None:
    event = of(customer, groomer).model_copy(update={"time_zone": "America/New_York", "language": "en"})
    deliver_notifications(events=[event], now=NOW)

    send_waiting_mails(now=NOW)

    theirs = {message.to[0]: message for message in mail.outbox}
    there = event.starts_at.astimezone(ZoneInfo("America/New_York"))
    assert f"Time: {there:%Y-%m-%d %H:%M} (America/New_York)" in theirs[customer.email].body
    assert theirs[customer.email].subject.startswith("[DaengDaeng Salon] Your booking")
    assert f"시간: {there:%Y년 %m월 %d일 %H:%M} (America/New_York)" in theirs[groomer.email].body


@pytest.mark.parametrize(
    ("kind", "fact"), [("waitlist.offered", "held_until"), ("booking.reminder", "starts_at")], ids=str
)
def test_after_an_outage_nobody_is_written_to_about_what_is_over(customer: Account, kind: str, fact: str) -> None:
    facts = {"salon_name": "몽실살롱", "treatment_name": "목욕", "starts_at": (NOW + timedelta(days=1)).isoformat()}
    for minutes in (-1, 10):
        Notification.objects.create(
            recipient=customer,
            kind=kind,
            facts={**facts, fact: (NOW + timedelta(minutes=minutes)).isoformat()},
            source_id=uuid4(),
            wants_mail=True,
            created_at=NOW - timedelta(hours=2),
        )

    assert send_waiting_mails(now=NOW) == 1
    assert not Notification.objects.filter(mail_tried_at=None).exists()


def test_a_cancellation_is_mailed_as_one(customer: Account, groomer: Account) -> None:
    deliver_notifications(events=[cancelled(customer, groomer, by=groomer)], now=NOW)

    send_waiting_mails(now=NOW)

    assert {message.subject for message in mail.outbox} == {"[댕댕살롱] 예약이 취소됐어요"}


def test_what_cannot_be_made_a_mail_keeps_nobody_elses_waiting(customer: Account, groomer: Account) -> None:
    deliver_notifications(events=[confirmed(customer, groomer)], now=NOW)
    Notification.objects.filter(recipient=customer).update(facts={"starts_at": "0001-01-01T00:00:00+23:59"})

    assert send_waiting_mails(now=NOW) == 1

    assert [message.to for message in mail.outbox] == [[groomer.email]]
    assert not Notification.objects.filter(mail_tried_at=None).exists()


def test_a_coupon_is_not_mailed(customer: Account) -> None:
    deliver_notifications(events=[issued(customer)], now=NOW)

    assert send_waiting_mails(now=NOW) == 0


def test_an_event_that_comes_again_is_not_mailed_again(customer: Account, groomer: Account) -> None:
    event = confirmed(customer, groomer)
    for _ in range(2):
        deliver_notifications(events=[event], now=NOW)
        send_waiting_mails(now=NOW)

    assert len(mail.outbox) == 2


def test_a_mail_that_broke_off_is_not_tried_again(
    customer: Account, groomer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver_notifications(events=[confirmed(customer, groomer)], now=NOW)
    sent_and_lost: list[str] = []

    def send_then_break(_server: EmailBackend, messages: list[mail.EmailMessage]) -> int:
        sent_and_lost.extend(messages[0].to)
        raise ConnectionResetError("after the server had taken it")

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", send_then_break)
        with pytest.raises(ConnectionResetError):
            send_waiting_mails(now=NOW)
    send_waiting_mails(now=NOW)

    assert sorted(sent_and_lost + mail.outbox[0].to) == sorted([customer.email, groomer.email])
    assert len(mail.outbox) == 1


@pytest.mark.usefixtures("no_mail_server")
def test_with_the_mail_server_away_mails_wait_and_delivery_rests(customer: Account, groomer: Account) -> None:
    deliver_notifications(events=[confirmed(customer, groomer)], now=NOW)
    delivery = MailDelivery()

    delivery.deliver_some()

    assert Notification.objects.filter(wants_mail=True, mail_tried_at=None).count() == 2
    assert delivery.is_resting


def test_a_mail_that_another_worker_has_taken_is_left_alone(
    customer: Account, groomer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver_notifications(events=[confirmed(customer, groomer)], now=NOW)
    opened = EmailBackend.open

    def the_other_was_quicker(server: EmailBackend) -> bool | None:
        Notification.objects.update(mail_tried_at=NOW - timedelta(seconds=1))
        return opened(server)

    monkeypatch.setattr(EmailBackend, "open", the_other_was_quicker)

    assert send_waiting_mails(now=NOW) == 0
    assert mail.outbox == []


def test_who_has_left_gets_no_mail(customer: Account, groomer: Account) -> None:
    deliver_notifications(events=[confirmed(customer, groomer)], now=NOW)
    Account.objects.filter(pk=customer.pk).update(is_active=False)

    assert send_waiting_mails(now=NOW) == 1
    assert mail.outbox[0].to == [groomer.email]


def test_one_account_gets_so_many_mails_a_day_and_still_every_notification(
    customer: Account, groomer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.mails.of_bookings.MAILS_A_DAY", 3)
    deliver_notifications(events=[confirmed(customer, groomer) for _ in range(5)], now=NOW)

    assert send_waiting_mails(now=NOW) == 6
    assert send_waiting_mails(now=NOW) == 0
    deliver_notifications(events=[cancelled(customer, groomer, by=groomer)], now=NOW + timedelta(days=1))
    assert send_waiting_mails(now=NOW + timedelta(days=1)) == 2

    assert Notification.objects.filter(recipient=groomer).count() == 6
    assert not Notification.objects.filter(wants_mail=True, mail_tried_at=None).exists()
