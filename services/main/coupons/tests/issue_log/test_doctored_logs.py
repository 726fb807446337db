"""Whoever changes a published log, or the rows beneath it, is found out."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.models import Account
from coupons.issue_log.checking import faults_in_mysql
from coupons.models import CouponEvent
from coupons.models.append_only import AppendOnly
from coupons.models.issue_log import IssueLink, IssueLog
from coupons.tests.issue_log.conftest import Log, drop_a_link, unsaved_coupon
from salon_contracts.verify.issue_log import faults_in, link_hash

pytestmark = pytest.mark.django_db

Doctor = Callable[[Log], None]


def _change_serial(log: Log) -> None:
    log["items"][2]["serial"] = 9


def _change_a_link_and_its_hash(log: Log) -> None:
    link = log["items"][2]
    link["number"] = 1000
    link["hash"] = link_hash(log["items"][1]["hash"], log["coupon_event_id"], link)


def _drop_and_renumber(log: Log) -> None:
    del log["items"][2]
    for sequence, link in enumerate(log["items"], 1):
        link["sequence"] = sequence


def _swap(log: Log) -> None:
    log["items"][1:3] = reversed(log["items"][1:3])


def _insert(log: Log) -> None:
    log["items"].insert(2, {**log["items"][2], "serial": 9, "customer": "d" * 64, "coupon_id": str(uuid4())})


def _cut_short(log: Log) -> None:
    del log["items"][4:]


def _change_terms(log: Log) -> None:
    log["terms"]["quantity"] = 100


def _give_one_customer_two(log: Log) -> None:
    log["items"][4]["customer"] = log["items"][0]["customer"]
    _chain_anew(log)


def _give_one_serial_twice(log: Log) -> None:
    log["items"][4]["serial"] = log["items"][0]["serial"]
    _chain_anew(log)


def _give_more_than_there_are(log: Log) -> None:
    log["items"][4]["serial"] = 11
    _chain_anew(log)


def _chain_anew(log: Log) -> None:
    before = log["opening"]
    for link in log["items"]:
        before = link["hash"] = link_hash(before, log["coupon_event_id"], link)
    log["head"] = before


@pytest.mark.parametrize(
    ("doctor", "fault_text"),
    [
        (_change_serial, "link 3 does not follow"),
        (_change_a_link_and_its_hash, "link 4 does not follow"),
        (drop_a_link, "link 3 is missing"),
        (_drop_and_renumber, "link 3 does not follow"),
        (_swap, "link 2 stands after link 3"),
        (_insert, "link 3 stands after link 3"),
        (_cut_short, "ends with link 4"),
        (_change_terms, "the opening is not that of the published terms"),
        (_give_one_customer_two, "link 5 has the same customer as link 1"),
        (_give_one_serial_twice, "link 5 has the same serial as link 1"),
        (_give_more_than_there_are, "link 5 gives serial 11, but there were 10"),
    ],
)
def test_a_doctored_log_is_found_out(published: Log, doctor: Doctor, fault_text: str) -> None:
    doctored = deepcopy(published)
    doctor(doctored)

    faults = list(faults_in([doctored]))

    assert any(fault_text in fault for fault in faults), faults


def test_a_log_that_was_written_anew_is_found_out_by_whoever_noted_its_head(published: Log) -> None:
    noted = (4, published["items"][3]["hash"])
    forged = deepcopy(published)
    forged["items"][1]["customer"] = "e" * 64
    _chain_anew(forged)

    assert list(faults_in([published], noted=[noted])) == []
    assert list(faults_in([forged])) == []  # consistent in itself: this is what a chain alone cannot show
    assert any("does not pass through 4:" in fault for fault in faults_in([forged], noted=[noted]))


def test_links_are_never_changed_nor_removed_by_the_app(issued: CouponEvent) -> None:
    link = IssueLink.objects.filter(event=issued)[0]

    for attempt in (
        link.save,
        link.delete,
        IssueLink.objects.filter(event=issued).delete,
        lambda: IssueLink.objects.update(serial=1),
        lambda: IssueLink.objects.bulk_update([link], ["serial"]),
        IssueLog.objects.get(pk=issued.pk).save,
        IssueLog.objects.all().delete,
    ):
        with pytest.raises(AppendOnly), transaction.atomic():
            attempt()
    assert IssueLink.objects.filter(event=issued).count() == 6


@pytest.mark.parametrize(
    ("statement", "fault_text"),
    [
        ("UPDATE coupons_coupon SET serial = 9 WHERE serial = 3", "serial of link 3 is 3, but its coupon says 9"),
        ("UPDATE coupons_coupon SET number = 99 WHERE serial = 3", "number of link 3 is 3, but its coupon says 99"),
        ("UPDATE coupons_coupon SET customer_id = %(other)s WHERE serial = 3", "customer of link 3 is"),
        ("DELETE FROM coupons_coupon WHERE serial = 3", "the coupon of link 3, serial 3, is gone"),
        ("DELETE FROM coupons_issuelink WHERE sequence = 3", "with serial 3 has no link"),
        ("DELETE FROM coupons_issuelink WHERE sequence = 3", "link 3 is missing"),
        ("UPDATE coupons_issuelink SET number = 99 WHERE sequence = 3", "link 3 does not follow"),
        ("UPDATE coupons_issuelog SET discount_won = 1", "the opening is not that of the published terms"),
        ("UPDATE coupons_couponevent SET discount_won = 1", "discount_won was 5000"),
        ("DELETE FROM coupons_issuelink", "has no link"),
    ],
)
def test_what_somebody_did_to_the_rows_is_found_out(
    issued: CouponEvent, customer: Account, statement: str, fault_text: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"other": customer.pk})

    faults = list(faults_in_mysql(event_id=issued.pk))

    assert any(fault_text in fault for fault in faults), faults
    with pytest.raises(CommandError):
        call_command("verify_issue_log", str(issued.pk), stdout=StringIO())


def test_the_command_says_the_head_of_a_log_that_is_in_order(issued: CouponEvent, published: Log) -> None:
    out = StringIO()

    call_command("verify_issue_log", str(issued.pk), stdout=out)

    assert out.getvalue() == f"6 links, 0 faults, head 6:{published['head']}\n"


def test_coupons_without_any_log_are_found_out(event: CouponEvent, customer: Account) -> None:
    assert list(faults_in_mysql(event_id=event.pk)) == []

    unsaved_coupon(event, customer, serial=1).save()

    assert list(faults_in_mysql(event_id=event.pk)) == ["there is no log, but there are 1 coupons"]
