"""People are told once, and what they read stays read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import Account
from api.callers.acting import By
from conftest import MakeAccount
from notifications import services
from notifications.models import Notification
from notifications.notices import NoticedEvent
from notifications.services import deliver_notifications
from salon_contracts.events.bookings import BookingCancelledV1, BookingConfirmedV1
from salon_contracts.events.coupons import CouponIssuedV1, CouponRefusedV1, RefusalReason
from salon_contracts.events.notifications import NotificationRequestedV1

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Account], APIClient]
NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
LIST = "/api/v1/notifications"


@pytest.fixture
def groomer(make_account: MakeAccount) -> Account:
    return make_account(role="groomer", name="초코 원장")


def confirmed(customer: Account, groomer: Account) -> BookingConfirmedV1:
    return BookingConfirmedV1(
        booking_id=uuid4(),
        customer_id=customer.pk,
        groomer_id=1,
        groomer_account_id=groomer.pk,
        salon_name="몽실살롱",
        treatment_name="전체 미용",
        starts_at=NOW + timedelta(days=1),
        ends_at=NOW + timedelta(days=1, hours=2),
        trace_id="t",
    )


def cancelled(customer: Account, groomer: Account, by: Account) -> BookingCancelledV1:
    return BookingCancelledV1(
        booking_id=uuid4(),
        customer_id=customer.pk,
        groomer_id=1,
        groomer_account_id=groomer.pk,
        salon_name="몽실살롱",
        treatment_name="전체 미용",
        starts_at=NOW + timedelta(days=1),
        cancelled_by=by.pk,
        trace_id="t",
    )


def issued(customer: Account | int, **changed: Any) -> CouponIssuedV1:
    fields: dict[str, Any] = {
        "coupon_event_id": uuid4(),
        "claim_id": "c-1",
        "coupon_id": uuid4(),
        "customer_id": customer.pk if isinstance(customer, Account) else customer,
        "number": 4,
        "serial": 4,
        "trace_id": "t",
    }
    return CouponIssuedV1(**{**fields, **changed})


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


def test_the_same_event_again_leaves_what_was_read_read(customer: Account, groomer: Account) -> None:
    event = confirmed(customer, groomer)
    deliver_notifications(events=[event], now=NOW)
    services.mark_read(ids=None, by=By(customer.pk, NOW))

    assert deliver_notifications(events=[event, event], now=NOW + timedelta(days=1)) == 0

    row = Notification.objects.get(recipient=customer)
    assert (row.read_at, row.created_at) == (NOW, NOW)


def test_news_for_somebody_who_is_not_there_stops_nobody_elses(customer: Account) -> None:
    fresh = deliver_notifications(events=[issued(10**15), issued(2**63 - 1), issued(customer)], now=NOW)

    assert fresh == 1
    assert _kinds_of(customer) == ["coupon.issued"]


def test_the_list_is_mine_newest_first_with_the_number_of_unread(
    customer: Account, groomer: Account, client_of: ClientOf, stranger: APIClient
) -> None:
    for day in range(3):
        deliver_notifications(events=[confirmed(customer, groomer)], now=NOW + timedelta(days=day))
    client = client_of(customer)

    first = client.get(LIST, {"limit": 2}).json()
    rest = client.get(LIST, {"limit": 2, "cursor": first["next"]}).json()

    times = [item["created_at"] for item in first["items"] + rest["items"]]
    assert times == sorted(times, reverse=True)
    assert (len(times), first["unread"], rest["next"]) == (3, 3, None)
    assert set(first["items"][0]) == {"id", "kind", "facts", "created_at", "read_at"}
    assert stranger.get(LIST).json()["code"] == "not-signed-in"


def test_some_or_all_can_be_marked_as_read_but_only_mine(
    customer: Account, groomer: Account, client_of: ClientOf
) -> None:
    deliver_notifications(events=[confirmed(customer, groomer), confirmed(customer, groomer)], now=NOW)
    client, items = client_of(customer), client_of(customer).get(LIST).json()["items"]

    foreign = client_of(groomer).post(f"{LIST}/read", {"ids": [items[0]["id"]]}).json()
    one = client.post(f"{LIST}/read", {"ids": [items[0]["id"], str(uuid4())]}).json()
    everything = client.post(f"{LIST}/read", {}).json()

    assert (foreign, one, everything) == ({"unread": 2}, {"unread": 1}, {"unread": 0})
    assert client_of(groomer).get(LIST).json()["unread"] == 2


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"ids": "all"}, "ids", "not_a_list"),
        ({"ids": ["7"]}, "ids.0", "invalid"),
        ({"ids": [str(uuid4())] * 101}, "ids", "max_length"),
        ({"everything": True}, "everything", "unknown"),
    ],
)
def test_what_cannot_be_marked_is_refused(
    customer: Account, client_of: ClientOf, body: dict[str, Any], field: str, code: str
) -> None:
    answer = client_of(customer).post(f"{LIST}/read", body)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    assert (field, code) in {(error["field"], error["code"]) for error in answer.json()["errors"]}


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
