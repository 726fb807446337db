"""The operator's pages go through the same rules as the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from coupons.models import CouponEvent
from coupons.tests.conftest import MakeEvent
from outbox.models import OutboxRow
from salon_contracts.events.coupons import LineOrder

# Not in the test's transaction: a rule must find none around it, here as in production.
pytestmark = pytest.mark.django_db(transaction=True)

EVENTS = "/admin/coupons/couponevent/"


@pytest.fixture
def page(operator: Account) -> Client:
    client = Client()
    client.force_login(operator)
    return client


def _form(**changed: Any) -> dict[str, Any]:
    opens_at = timezone.localtime() + timedelta(hours=1)
    closes_at = opens_at + timedelta(hours=2)
    return {
        "title": "여름 미용 쿠폰",
        "quantity": "50",
        "discount_won": "3000",
        "opens_at_0": f"{opens_at:%Y-%m-%d}",
        "opens_at_1": f"{opens_at:%H:%M:%S}",
        "closes_at_0": f"{closes_at:%Y-%m-%d}",
        "closes_at_1": f"{closes_at:%H:%M:%S}",
        "max_waiting": "100000",
        "pace_ceiling_per_second": "",
        **changed,
    }


def _act(page: Client, event: CouponEvent, action: str, **more: str) -> Any:
    return page.post(EVENTS, {"action": action, "_selected_action": str(event.pk), **more}, follow=True)


@pytest.mark.parametrize("title", ["\u202e", "\u3164", "여름\u202e쿠폰"])
def test_a_title_is_what_the_api_would_take(page: Client, title: str) -> None:
    answer = page.post(f"{EVENTS}add/", _form(title=title))

    assert answer.status_code == 200
    assert not CouponEvent.objects.exists()


def test_an_operator_writes_a_draft_and_changes_it(page: Client, operator: Account) -> None:
    page.post(f"{EVENTS}add/", _form())
    draft = CouponEvent.objects.get()
    page.post(f"{EVENTS}{draft.pk}/change/", _form(quantity="70"))

    draft.refresh_from_db()
    assert (draft.state, draft.quantity, draft.revision, draft.created_by_id) == ("draft", 70, 2, operator.pk)
    assert not OutboxRow.objects.exists()


def test_an_operator_chooses_the_order_of_a_draft(page: Client) -> None:
    page.post(f"{EVENTS}add/", _form(line_order="lottery"))
    draft = CouponEvent.objects.get()
    page.post(f"{EVENTS}{draft.pk}/change/", _form(line_order="fastest"))
    kept = CouponEvent.objects.get().line_order
    page.post(f"{EVENTS}{draft.pk}/change/", _form(line_order="fifo"))

    assert (draft.line_order, kept, CouponEvent.objects.get().line_order) == ("lottery", "lottery", "fifo")


def test_changing_a_draft_keeps_the_order_of_its_line(page: Client, make_event: MakeEvent) -> None:
    draft = make_event(state=CouponEvent.State.DRAFT, line_order=LineOrder.LOTTERY)

    page.post(f"{EVENTS}{draft.pk}/change/", _form(quantity="70"))

    draft.refresh_from_db()
    assert (draft.quantity, draft.line_order) == (70, "lottery")


def test_terms_that_cannot_be_are_shown_at_their_field(page: Client) -> None:
    early = timezone.localtime() - timedelta(days=3)

    answer = page.post(f"{EVENTS}add/", _form(closes_at_0=f"{early:%Y-%m-%d}", quantity="0"))
    late = page.post(f"{EVENTS}add/", _form(closes_at_0=f"{early:%Y-%m-%d}"))

    assert "quantity" in answer.context["adminform"].form.errors
    assert "closes_at" in late.context["adminform"].form.errors
    assert not CouponEvent.objects.exists()


def test_an_act_asks_before_it_is_done(page: Client, make_event: MakeEvent) -> None:
    draft = make_event(state=CouponEvent.State.DRAFT)

    asked = _act(page, draft, "publish")
    draft.refresh_from_db()
    before = draft.state
    done = _act(page, draft, "publish", confirmed="yes")

    assert "실행할까요" in asked.content.decode()
    assert before == "draft"
    draft.refresh_from_db()
    assert draft.state == "published"
    assert "공개 완료" in done.content.decode()
    assert OutboxRow.objects.filter(topic="coupon-events", key=str(draft.pk)).count() == 1


@pytest.mark.parametrize(
    ("action", "state", "paused"),
    [("pause", "published", True), ("resume", "published", False), ("close", "closed", False)],
)
def test_each_act_can_be_done_from_the_list(
    page: Client, make_event: MakeEvent, action: str, state: str, paused: bool
) -> None:
    event = make_event(paused=action == "resume")

    _act(page, event, action, confirmed="yes")

    event.refresh_from_db()
    assert (event.state, event.paused) == (state, paused)


def test_opening_from_the_list_opens_now(page: Client, make_event: MakeEvent) -> None:
    event = make_event()
    CouponEvent.objects.filter(pk=event.pk).update(opens_at=timezone.now() + timedelta(minutes=30))

    _act(page, event, "open_now", confirmed="yes")

    event.refresh_from_db()
    assert event.opens_at <= timezone.now()


def test_a_refused_act_says_why(page: Client, make_event: MakeEvent) -> None:
    closed = make_event(state=CouponEvent.State.CLOSED)

    answer = _act(page, closed, "pause", confirmed="yes")

    assert "공개된 이벤트에만 할 수 있어요" in answer.content.decode()
    assert not OutboxRow.objects.exists()


def test_what_is_published_cannot_be_rewritten_or_deleted(page: Client, event: CouponEvent) -> None:
    rewritten = page.post(f"{EVENTS}{event.pk}/change/", _form(quantity="9999"))
    deleted = page.post(f"{EVENTS}{event.pk}/delete/", {"post": "yes"})

    assert (rewritten.status_code, deleted.status_code) == (403, 403)
    event.refresh_from_db()
    assert event.quantity == 10


def test_staff_who_are_not_operators_are_turned_away(make_event: MakeEvent, customer: Account) -> None:
    Account.objects.filter(pk=customer.pk).update(is_staff=True)
    client, event = Client(), make_event()
    client.force_login(Account.objects.get(pk=customer.pk))

    looked = client.get(EVENTS)
    acted = _act(client, event, "close", confirmed="yes")

    assert (looked.status_code, acted.status_code) == (403, 403)
    event.refresh_from_db()
    assert event.state == "published"


def test_the_lists_of_coupons_and_refusals_can_be_read(page: Client) -> None:
    assert page.get("/admin/coupons/coupon/").status_code == 200
    assert page.get("/admin/coupons/refusedclaim/").status_code == 200
    assert page.get("/admin/notifications/notification/").status_code == 200
