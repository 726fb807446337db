"""The real `deliver_notifications`, on the real Kafka and MySQL, killed in the middle."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from accounts.models import Account
from conftest import MakeAccount
from messaging.tests.kafka import begin_at_the_end, publish, until
from messaging.tests.workers import worker
from notifications.models import Notification
from notifications.tests.conftest import confirmed, issued
from salon_contracts.events.notifications import NotificationRequestedV1
from salon_contracts.events.topics import BOOKINGS, COUPONS, NOTIFICATIONS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


def test_news_of_all_topics_arrives_once_though_the_worker_is_killed(
    customer: Account, make_account: MakeAccount, tmp_path: Path
) -> None:
    groomer, group = make_account(role="groomer"), f"test-{uuid4().hex}"
    for topic in (BOOKINGS, COUPONS, NOTIFICATIONS):
        begin_at_the_end(topic, group=group)
    request = NotificationRequestedV1(recipient_id=customer.pk, kind="chat.unread", facts={}, trace_id="t")

    with worker("deliver_notifications", "--group", group, log=tmp_path / "worker.log") as process:
        publish(BOOKINGS, [confirmed(customer, groomer).to_bytes() for _ in range(50)])
        until(Notification.objects.exists, seconds=40, what=process.log)
        process.kill()
        process.start()
        publish(COUPONS, [b"garbage", *(issued(customer).to_bytes() for _ in range(50))])
        publish(NOTIFICATIONS, [request.to_bytes(), request.to_bytes(), b"{}"])
        until(lambda: Notification.objects.count() >= 151, seconds=40, what=process.log)
        assert process.stop() == 0

    kinds = list(Notification.objects.filter(recipient=customer).values_list("kind", flat=True))
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "booking.confirmed": 50, "coupon.issued": 50, "chat.unread": 1,
    }  # fmt: skip
    assert Notification.objects.filter(recipient=groomer).count() == 50
