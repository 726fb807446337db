"""Each coupon has a link, in the order in which they were issued."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta, timezone

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from coupons.issue_log.checking import faults_in_mysql
from coupons.issue_log.queries import page_of_log
from coupons.issue_log.services import append_links
from coupons.issuing.services import issue_coupons
from coupons.models import Coupon, CouponEvent
from coupons.models.issue_log import IssueLink, IssueLog
from coupons.tests.conftest import MakeEvent, claim, make_customers
from coupons.tests.issue_log.conftest import NOW, Log, unsaved_coupon
from salon_contracts.verify.issue_log import faults_in, link_hash, opening_hash

pytestmark = pytest.mark.django_db


def test_each_coupon_has_a_link_in_the_order_in_which_they_were_issued(issued: CouponEvent, published: Log) -> None:
    links = published["items"]

    assert [link["sequence"] for link in links] == [1, 2, 3, 4, 5, 6]
    assert [link["serial"] for link in links] == [2, 1, 3, 6, 5, 4]
    assert {link["coupon_id"] for link in links} == {str(pk) for pk in issued.coupons.values_list("pk", flat=True)}
    assert (published["length"], published["head"]) == (6, links[-1]["hash"])
    assert list(faults_in([published])) == []
    assert list(faults_in_mysql(event_id=issued.pk)) == []


def test_a_claim_that_comes_again_or_is_refused_has_no_link(issued: CouponEvent, customers: Sequence[Account]) -> None:
    again, refused = claim(issued, customers[0], serial=2), claim(issued, customers[0], serial=7)

    issue_coupons(claims=[again, refused], now=NOW)

    assert IssueLink.objects.filter(event=issued).count() == 6


def test_a_coupon_that_was_rolled_back_leaves_no_link(
    event: CouponEvent, customer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_answers: object) -> None:
        raise RuntimeError("MySQL went away")

    monkeypatch.setattr("coupons.issuing.services.record_all", fail)
    with pytest.raises(RuntimeError):
        issue_coupons(claims=[claim(event, customer, serial=1)], now=NOW)

    assert not Coupon.objects.exists()
    assert not IssueLink.objects.exists()
    assert not IssueLog.objects.exists()


def test_several_events_in_one_batch_have_a_chain_each(make_event: MakeEvent, customers: Sequence[Account]) -> None:
    events = [make_event(), make_event()]
    asked = [claim(event, person, serial) for serial, person in enumerate(customers, 1) for event in events]

    issue_coupons(claims=asked[:5], now=NOW)
    issue_coupons(claims=asked[5:], now=NOW)

    for event in events:
        page = page_of_log(event_id=event.pk, after=0, limit=100)
        assert (page["length"], list(faults_in([page]))) == (6, [])


def test_the_log_takes_the_same_number_of_queries_at_every_size(make_event: MakeEvent) -> None:
    counts = []
    for size in (2, 200):
        event = make_event(quantity=200)
        coupons = [unsaved_coupon(event, person, serial) for serial, person in enumerate(make_customers(size), 1)]
        with CaptureQueriesContext(connection) as queries:
            append_links(coupons[:1], events={event.pk: event})
            append_links(coupons[1:], events={event.pk: event})
        counts.append(len(queries))

    assert counts == [5, 5]  # heads and links twice, and one opening


def test_a_published_hash_can_be_made_by_hand() -> None:
    """The format is a promise: these hashes must never change."""
    event_id = "00000000-0000-4000-8000-000000000001"
    terms = {"quantity": 2, "discount_won": 5000, "opens_at": "2026-04-01T03:00:00.000000Z"}
    terms["closes_at"] = "2026-04-01T04:00:00.000000Z"
    link = {"sequence": 1, "serial": 2, "number": 17, "customer": "c" * 64, "coupon_id": event_id}
    link["issued_at"] = "2026-04-01T03:00:01.250000Z"

    opening = opening_hash(event_id, terms)

    assert opening == "22079c1d781959df1fed81c1124193fa6e0734c494aa41344d2074783e00bfc8"
    assert link_hash(opening, event_id, link) == "2a01af2315db0d2f703bb61282b8a3f585663aa203fadd9a27b55c5ec0d17372"


def test_a_moment_is_written_one_way_only(event: CouponEvent, customer: Account) -> None:
    in_seoul = NOW.astimezone(timezone(timedelta(hours=9)))

    issue_coupons(claims=[claim(event, customer, serial=1)], now=in_seoul)

    (link,) = page_of_log(event_id=event.pk, after=0, limit=1)["items"]
    assert link["issued_at"] == "2026-04-01T03:00:00.000000Z"
