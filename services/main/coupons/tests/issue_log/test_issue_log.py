"""Each coupon has a link, and whoever changes anything afterwards is found out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from copy import deepcopy
from datetime import UTC, datetime, timedelta, timezone
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import Account
from coupons.issue_log.checking import faults_in_mysql
from coupons.issue_log.queries import page_of_log
from coupons.issue_log.services import append_links
from coupons.issuing.services import issue_coupons
from coupons.models import Coupon, CouponEvent
from coupons.models.append_only import AppendOnly
from coupons.models.issue_log import IssueLink, IssueLog
from coupons.tests.conftest import MakeEvent, claim, make_customers
from salon_contracts.verify import issue_log as verify_issue_log
from salon_contracts.verify.issue_log import faults_in, link_hash, opening_hash

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
Log = dict[str, Any]
Doctor = Callable[[Log], None]


@pytest.fixture
def issued(event: CouponEvent, customers: Sequence[Account]) -> CouponEvent:
    """Six coupons in three batches, not in the order of their serials."""
    serials = [2, 1, 3, 6, 5, 4]
    asked = [claim(event, person, serial) for person, serial in zip(customers, serials, strict=True)]
    for batch in (asked[:3], asked[3:4], asked[4:]):
        issue_coupons(claims=batch, now=NOW)
    return event


@pytest.fixture
def published(issued: CouponEvent) -> Log:
    """As a stranger has it: through JSON."""
    log: Log = json.loads(json.dumps(page_of_log(event_id=issued.pk, after=0, limit=100)))
    return log


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
        coupons = [_unsaved(event, person, serial) for serial, person in enumerate(make_customers(size), 1)]
        with CaptureQueriesContext(connection) as queries:
            append_links(coupons[:1], events={event.pk: event})
            append_links(coupons[1:], events={event.pk: event})
        counts.append(len(queries))

    assert counts == [5, 5]  # heads and links twice, and one opening


def _unsaved(event: CouponEvent, person: Account, serial: int) -> Coupon:
    return Coupon(event=event, customer=person, serial=serial, number=serial, issued_at=NOW, expires_at=NOW)


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


def _change_serial(log: Log) -> None:
    log["items"][2]["serial"] = 9


def _change_a_link_and_its_hash(log: Log) -> None:
    link = log["items"][2]
    link["number"] = 1000
    link["hash"] = link_hash(log["items"][1]["hash"], log["coupon_event_id"], link)


def _drop_a_link(log: Log) -> None:
    del log["items"][2]


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
        (_drop_a_link, "link 3 is missing"),
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

    _unsaved(event, customer, serial=1).save()

    assert list(faults_in_mysql(event_id=event.pk)) == ["there is no log, but there are 1 coupons"]


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
    _drop_a_link(published)
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


def test_a_moment_is_written_one_way_only(event: CouponEvent, customer: Account) -> None:
    in_seoul = NOW.astimezone(timezone(timedelta(hours=9)))

    issue_coupons(claims=[claim(event, customer, serial=1)], now=in_seoul)

    (link,) = page_of_log(event_id=event.pk, after=0, limit=1)["items"]
    assert link["issued_at"] == "2026-04-01T03:00:00.000000Z"
