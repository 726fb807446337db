"""A record that can never be applied is one row with its reason, and waits for nobody but MySQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError
from django.test import Client
from prometheus_client import REGISTRY

from accounts.models import Account
from api.tests.harness.stepped_reader import Reader, subscription_to, throw
from messaging.faults import postponed_without_database
from messaging.models import SetAsideRecord
from messaging.set_aside import LARGEST_KEPT, SetAsideTable
from messaging.tests.kafka import own_topic
from salon_contracts.events.coupons import ON_COUPON_CLAIMS, CouponClaimedV1
from salon_kit.kafka.consumer_loop import NotNow
from salon_kit.kafka.records import Record, Unfit
from salon_kit.testing.any_record import Thrown

pytestmark = pytest.mark.django_db(transaction=True)


def unfit(offset: int = 7, **facts: Any) -> Unfit:
    record = Record("letters", 2, offset, key=b"\xff", value=b"\x00not ours", headers=(("h", None), ("i", b"\xff")))
    return Unfit(record._replace(**facts), "serial: too large")


def a_claim(number: int) -> bytes:
    return CouponClaimedV1(
        coupon_event_id=uuid4(), claim_id=f"c-{number}", customer_id=1, number=number, serial=1, trace_id="t"
    ).to_bytes()


def test_a_record_is_kept_as_it_was_once() -> None:
    table = SetAsideTable(group="readers")

    table.put([unfit()], done=set())
    table.put([unfit(), unfit(8)], done=set())

    row, _other = SetAsideRecord.objects.order_by("offset")
    assert (row.consumer_group, row.topic, row.partition, row.offset) == ("readers", "letters", 2, 7)
    assert (row.key, row.value) == (b"\xff", b"\x00not ours")
    assert bytes(row.headers) == b'[["h", null], ["i", "ff"]]'
    assert row.reason == "serial: too large"
    assert row.is_whole


@pytest.mark.parametrize("large", [{"value": b"x" * 2**20}, {"key": b"x" * 2**20}, {"headers": (("h", b"x" * 2**20),)}])
def test_of_a_large_record_the_row_says_how_large_it_was(large: dict[str, Any]) -> None:
    SetAsideTable(group="readers").put([unfit(**large)], done=set())

    row = SetAsideRecord.objects.get()
    assert not row.is_whole
    assert row.size > 2**20
    assert len(row.value or b"") <= LARGEST_KEPT


def test_with_mysql_away_it_is_not_set_aside_and_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError(2006, "Server has gone away")

    monkeypatch.setattr(SetAsideRecord.objects, "bulk_create", away)
    done: set[Any] = set()

    with pytest.raises(NotNow):
        SetAsideTable(group="readers").put([unfit()], done=done)

    assert done == set()


@pytest.mark.parametrize(
    ("error", "may_pass"),
    [
        (OperationalError(2006, "Server has gone away"), True),
        (OperationalError(1205, "Lock wait timeout exceeded"), True),
        (OperationalError(1213, "Deadlock found"), True),
        (OperationalError(1290, "The server is running with --super-read-only"), True),
        (ProgrammingError(1146, "Table doesn't exist"), True),
        (OperationalError(1366, "Incorrect string value"), False),
        (OperationalError(1292, "Incorrect datetime value"), False),
        (OperationalError(3140, "Invalid JSON text"), False),
        (DataError(1264, "Out of range value"), False),
        (IntegrityError(1062, "Duplicate entry"), False),
        (OverflowError("int too large"), False),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates"), False),
    ],
    ids=repr,
)
def test_what_may_pass_is_told_from_what_comes_again_with_the_record(error: Exception, *, may_pass: bool) -> None:
    with pytest.raises(NotNow if may_pass else type(error)), postponed_without_database():
        raise error


@pytest.mark.parametrize(
    "error", [DataError(1264, "out of range"), IntegrityError(1062, "twice"), ValueError("no"), KeyError("x")], ids=repr
)
def test_what_an_effect_dies_of_is_set_aside_alone(error: Exception) -> None:
    handled: list[int] = []

    def handle(claims: Sequence[CouponClaimedV1]) -> None:
        if any(claim.number == 3 for claim in claims):
            raise error
        handled.extend(claim.number for claim in claims)

    with own_topic(partitions=1) as topic:
        throw(topic, [Thrown(a_claim(number)) for number in range(1, 7)])
        with Reader(subscription_to(topic, ON_COUPON_CLAIMS), handle=handle) as reader:
            reader.read_up_to(6)

    assert handled == [1, 2, 4, 5, 6]
    row = SetAsideRecord.objects.get()
    assert (row.offset, row.is_whole) == (2, True)
    assert row.reason.startswith(type(error).__name__)


def passed_over(reason: str) -> float:
    """Of every group and topic: a process that has met as many of them as a label may have counts the rest as one."""
    (passed,) = (metric for metric in REGISTRY.collect() if metric.name == "salon_consumer_records_passed")
    counted = [one for one in passed.samples if one.name.endswith("_total") and one.labels["reason"] == reason]
    return sum(one.value for one in counted)


def test_a_record_of_a_type_of_tomorrow_is_passed_over_and_counted() -> None:
    before = passed_over("unknown-type"), passed_over("set-aside")
    with own_topic(partitions=1) as topic:
        throw(topic, [Thrown(b'{"type": "coupon.claimed.v9"}'), Thrown(b"not ours"), Thrown(a_claim(1))])
        with Reader(subscription_to(topic, ON_COUPON_CLAIMS), handle=lambda _: None) as reader:
            reader.read_up_to(3)

    assert (passed_over("unknown-type"), passed_over("set-aside")) == (before[0] + 1, before[1] + 1)
    assert [row.offset for row in SetAsideRecord.objects.all()] == [1]


def test_operators_see_what_was_set_aside(operator: Account, client: Client) -> None:
    SetAsideTable(group="readers").put([unfit()], done=set())
    client.force_login(operator)

    row = SetAsideRecord.objects.get()
    page = client.get(f"/admin/messaging/setasiderecord/{row.pk}/change/").content.decode()

    assert "serial: too large" in page
    assert "\\x00not ours" in page
