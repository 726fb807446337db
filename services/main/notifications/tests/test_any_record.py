"""Whatever stands on the topics that the notifier reads: it lives, and the next news is told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.models import Account
from api.tests.harness.stepped_reader import Reader, everything_at_the_edges, sample_of, subscription_to, throw
from conftest import MakeAccount
from messaging.models import SetAsideRecord
from messaging.tests.kafka import own_topic
from notifications.mails.of_bookings import send_waiting_mails
from notifications.management.commands.deliver_notifications import SUBSCRIPTION, _deliver
from notifications.models import Notification
from notifications.tests.conftest import cancelled, confirmed, issued
from salon_contracts.events.envelope import Event
from salon_contracts.events.notifications import NotificationRequestedV1
from salon_kit.testing.any_record import Thrown, drawn_records

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]


def asked_for(customer: Account, *, kind: str = "chat.unread") -> NotificationRequestedV1:
    return NotificationRequestedV1(recipient_id=customer.pk, kind=kind, facts={"room_id": "7"}, trace_id="t")


def every_event(customer: Account, groomer: Account) -> list[Event]:
    return [
        confirmed(customer, groomer),
        cancelled(customer, groomer, by=groomer),
        issued(customer),
        asked_for(customer),
    ]


def test_after_any_record_at_any_edge_the_next_news_is_told_and_mailed(
    customer: Account, make_account: MakeAccount
) -> None:
    thrown = everything_at_the_edges(*every_event(customer, make_account(role="groomer")))

    with own_topic(partitions=1) as topic:
        throw(topic, [*thrown, Thrown(asked_for(customer, kind="the.last").to_bytes())])
        with Reader(subscription_to(topic, SUBSCRIPTION.known), handle=_deliver) as reader:
            reader.read_up_to(len(thrown) + 1, seconds=120)

    assert Notification.objects.filter(recipient=customer, kind="the.last").exists()
    assert SetAsideRecord.objects.count() > 100
    while Notification.objects.filter(wants_mail=True, mail_tried_at=None, recipient__is_active=True).exists():
        send_waiting_mails(now=datetime.now(UTC))


@pytest.mark.parametrize("seed", range(4))
def test_after_any_records_together_the_next_news_is_told(seed: int, make_account: MakeAccount) -> None:
    customer = make_account()
    samples = [sample_of(event) for event in every_event(customer, make_account(role="groomer"))]
    thrown = drawn_records(samples, count=100, seed=seed)

    with own_topic(partitions=1) as topic:
        throw(topic, [*thrown, Thrown(asked_for(customer, kind="the.last").to_bytes())])
        with Reader(subscription_to(topic, SUBSCRIPTION.known), handle=_deliver) as reader:
            reader.read_up_to(len(thrown) + 1)

    assert Notification.objects.filter(recipient=customer, kind="the.last").exists()
