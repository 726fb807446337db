"""People are told once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection

from accounts.models import Account
from notifications.models import Notification
from notifications.notices import NoticedEvent
from notifications.services import deliver_notifications
from notifications.tests.conftest import NOW, cancelled, confirmed, issued
from salon_contracts.events.coupons import CouponRefusedV1, RefusalReason
from salon_contracts.events.notifications import NotificationRequestedV1

pytestmark = pytest.mark.django_db


def _kinds_of(account: Account) -> list[str]:
    return list(Notification.objects.filter(recipient=account).values_list("kind", flat=True))


def test_a_booking_is_news_for_both_sides(customer: Account, groomer: Account) -> None:
    events: list[NoticedEvent] = [confirmed(customer, groomer), cancelled(customer, groomer, by=customer)]

    assert deliver_notifications(events=events, now=NOW) == 4

    for account, side in ((customer, "customer"), (groomer, "groomer")):
        assert sorted(_kinds_of(account)) == ["booking.cancelled", "booking.confirmed"]
        rows = Notification.objects.filter(recipient=account)
        assert {row.facts["as"] for row in rows} == {side}
        assert {row.facts["salon_name"] for row in rows} == {"몽실살롱"}
        assert all(row.wants_mail for row in rows)
    assert Notification.objects.get(recipient=groomer, kind="booking.cancelled").facts["cancelled_by"] == "customer"


def test_a_coupon_is_news_for_its_customer_and_a_refusal_for_nobody(customer: Account) -> None:
    coupon = issued(customer)
    refused = CouponRefusedV1(
        coupon_event_id=coupon.coupon_event_id, claim_id="c-2", customer_id=customer.pk, number=5, serial=5,
        reason=RefusalReason.ALREADY_HAS_COUPON, trace_id="t",
    )  # fmt: skip

    deliver_notifications(events=[coupon, refused], now=NOW)

    row = Notification.objects.get(recipient=customer)
    assert (row.kind, row.facts["coupon_id"], row.wants_mail) == ("coupon.issued", str(coupon.coupon_id), False)


def test_a_coupon_that_is_announced_again_is_told_once(customer: Account) -> None:
    first = issued(customer)
    again = issued(customer, coupon_id=first.coupon_id, claim_id="c-9")

    assert deliver_notifications(events=[first, again], now=NOW) == 1
    assert deliver_notifications(events=[again], now=NOW) == 0
    assert _kinds_of(customer) == ["coupon.issued"]


def test_a_request_of_any_kind_is_delivered(customer: Account) -> None:
    request = NotificationRequestedV1(
        recipient_id=customer.pk, kind="chat.unread", facts={"room_id": "7"}, trace_id="t"
    )

    deliver_notifications(events=[request], now=NOW)

    assert Notification.objects.get(recipient=customer).facts == {"room_id": "7"}


def test_news_for_somebody_who_is_not_there_stops_nobody_elses(customer: Account) -> None:
    fresh = deliver_notifications(events=[issued(10**15), issued(2**63 - 1), issued(customer)], now=NOW)

    assert fresh == 1
    assert _kinds_of(customer) == ["coupon.issued"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_event_tell_it_once(
    customer: Account, groomer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_have_looked = threading.Barrier(2)
    event = confirmed(customer, groomer)
    bulk_create = Notification.objects.bulk_create

    def wait_for_the_other(*args: Any, **kwargs: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            both_have_looked.wait(timeout=2)
        return bulk_create(*args, **kwargs)

    monkeypatch.setattr(Notification.objects, "bulk_create", wait_for_the_other)
    faults = _twice_at_once(lambda: deliver_notifications(events=[event], now=NOW))

    assert faults == []
    assert (len(_kinds_of(customer)), len(_kinds_of(groomer))) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_without_the_upsert_the_second_worker_stumbles(
    customer: Account, groomer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_have_looked = threading.Barrier(2)
    event = confirmed(customer, groomer)

    def plain_insert(rows: Any, **_upsert: Any) -> None:
        with suppress(threading.BrokenBarrierError):
            both_have_looked.wait(timeout=2)
        for row in rows:
            row.save(force_insert=True)

    monkeypatch.setattr(Notification.objects, "bulk_create", plain_insert)
    faults = _twice_at_once(lambda: deliver_notifications(events=[event], now=NOW))

    assert len(faults) == 1


def _twice_at_once(work: Callable[[], object]) -> list[Exception]:
    faults: list[Exception] = []

    def run() -> None:
        try:
            work()
        except Exception as error:  # the test asks for it
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return faults
