"""What of the log anybody may read, and check with nothing but Python."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import Account
from coupons.issue_log.checking import faults_in_mysql
from coupons.issue_log.queries import page_of_log
from coupons.issuing.services import issue_coupons
from coupons.models import CouponEvent
from coupons.models.issue_log import IssueLog
from coupons.tests.conftest import MakeEvent, claim
from coupons.tests.issue_log.conftest import NOW, Log, drop_a_link
from salon_contracts.verify import issue_log as verify_issue_log
from salon_contracts.verify.issue_log import faults_in

pytestmark = pytest.mark.django_db


def test_who_it_was_is_not_published(issued: CouponEvent, published: Log, customers: Sequence[Account]) -> None:
    other = page_of_log(event_id=_another_event_with(customers[0], issued).pk, after=0, limit=1)

    pseudonyms = {link["customer"] for link in published["items"]}

    assert len(pseudonyms) == 6
    assert other["items"][0]["customer"] not in pseudonyms
    assert IssueLog.objects.get(pk=issued.pk).pseudonym_key not in json.dumps(published)
    assert set(published["items"][0]) == {*verify_issue_log.FACTS, "hash"}


def _another_event_with(customer: Account, event: CouponEvent) -> CouponEvent:
    event = CouponEvent.objects.get(pk=event.pk)
    event.pk = uuid4()
    event.save(force_insert=True)
    issue_coupons(claims=[claim(event, customer, serial=1)], now=NOW)
    return event


def test_the_terms_are_those_of_the_first_coupon(issued: CouponEvent, published: Log, customer: Account) -> None:
    CouponEvent.objects.filter(pk=issued.pk).update(quantity=500)

    issue_coupons(claims=[claim(issued, customer, serial=11)], now=NOW)

    page = page_of_log(event_id=issued.pk, after=0, limit=100)
    assert page["terms"] == published["terms"]
    assert any("link 7 gives serial 11" in fault for fault in faults_in([page]))
    assert "quantity was 10 when the first coupon was issued and is 500 now" in faults_in_mysql(event_id=issued.pk)


def test_anybody_reads_the_log_page_by_page(issued: CouponEvent, stranger: APIClient, published: Log) -> None:
    pages: list[Log] = []
    after: int | None = 0
    while after is not None:
        page = stranger.get(f"/api/v1/coupon-events/{issued.pk}/issue-log?after={after}&limit=2").json()
        pages.append(page)
        after = page["next"]

    assert [len(page["items"]) for page in pages] == [2, 2, 2]
    assert [link for page in pages for link in page["items"]] == published["items"]
    assert list(faults_in(pages)) == []


def test_a_log_that_has_not_begun_is_empty(event: CouponEvent, make_event: MakeEvent, stranger: APIClient) -> None:
    answer = stranger.get(f"/api/v1/coupon-events/{event.pk}/issue-log")
    draft = make_event(state=CouponEvent.State.DRAFT)

    assert (answer.status_code, answer.json()["length"], answer.json()["terms"]) == (200, 0, None)
    assert list(faults_in([answer.json()])) == []
    assert list(faults_in([answer.json()], noted=[(3, "f" * 64)])) == ["the log is empty, but it had 3 links"]
    assert stranger.get(f"/api/v1/coupon-events/{draft.pk}/issue-log").json()["code"] == "unknown-event"


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=1001", "limit=", "after=99999999"])
def test_a_page_that_cannot_be_is_refused(issued: CouponEvent, stranger: APIClient, query: str) -> None:
    answer = stranger.get(f"/api/v1/coupon-events/{issued.pk}/issue-log?{query}")

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")


def test_the_verifier_runs_with_nothing_but_python(published: Log, tmp_path: Path) -> None:
    good, bad, strange = (tmp_path / name for name in ("good.json", "bad.json", "strange.json"))
    good.write_text(json.dumps(published), encoding="utf-8")
    drop_a_link(published)
    bad.write_text(json.dumps(published), encoding="utf-8")
    strange.write_text('{"items": [{}], "terms": {}}', encoding="utf-8")

    found = {path.stem: _verify(path) for path in (good, bad, strange)}

    assert found["good"].returncode == 0
    assert found["bad"].returncode == 1
    assert "link 3 is missing" in found["bad"].stdout
    assert (found["strange"].returncode, found["strange"].stdout) == (2, "")


def _verify(path: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-I", "-S", str(verify_issue_log.__file__), str(path)]
    return subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
