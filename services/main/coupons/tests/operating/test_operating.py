"""What an operator does to an event, from its draft to its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from coupons.models import CouponEvent
from coupons.tests.conftest import MakeEvent
from coupons.tests.operating.terms import EVENTS, terms_of_an_event
from outbox.models import OutboxRow
from salon_contracts.events.coupons import CouponEventChangedV1

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Account], APIClient]


def _announced(event: CouponEvent | str) -> list[CouponEventChangedV1]:
    rows = OutboxRow.objects.filter(topic="coupon-events", key=str(getattr(event, "pk", event))).order_by("pk")
    return [CouponEventChangedV1.from_bytes(bytes(row.value)) for row in rows]


def _act(client: APIClient, event: CouponEvent, name: str) -> Any:
    return client.post(f"{EVENTS}/{event.pk}/{name}", {}, HTTP_ACCEPT_LANGUAGE="en")


def test_an_event_goes_from_draft_to_its_end(operator: Account, client_of: ClientOf) -> None:
    client = client_of(operator)

    draft = client.post(EVENTS, terms_of_an_event()).json()
    states = [
        client.post(f"{EVENTS}/{draft['id']}/{act}", {}).json()
        for act in ("publish", "open", "pause", "resume", "close")
    ]

    assert draft["state"] == "draft"
    assert [(one["state"], one["paused"]) for one in states] == [
        ("published", False), ("published", False), ("published", True), ("published", False), ("closed", False),
    ]  # fmt: skip
    published = _announced(draft["id"])
    assert [one.revision for one in published] == [2, 3, 4, 5, 6]
    assert [(one.state.value, one.paused) for one in published] == [(one["state"], one["paused"]) for one in states]
    assert (published[0].title, published[0].quantity, published[0].max_waiting) == ("첫 목욕 반값", 100, 100_000)


@pytest.mark.parametrize("rehearsal", [False, True])
def test_an_operator_makes_a_lottery(operator: Account, client_of: ClientOf, rehearsal: bool) -> None:
    client = client_of(operator)

    draft = client.post(EVENTS, terms_of_an_event(line_order="lottery", rehearsal=rehearsal)).json()
    published = client.post(f"{EVENTS}/{draft['id']}/publish", {}).json()

    assert (draft["line_order"], draft["order_commitment"]) == ("lottery", None)
    (change,) = _announced(draft["id"])
    assert change.draw is not None
    assert (change.line_order, change.draw.commitment) == ("lottery", published["order_commitment"])


def test_opening_now_moves_the_hour_to_now(operator: Account, client_of: ClientOf) -> None:
    client = client_of(operator)
    event_id = client.post(EVENTS, terms_of_an_event()).json()["id"]
    client.post(f"{EVENTS}/{event_id}/publish", {})

    opened = client.post(f"{EVENTS}/{event_id}/open", {}).json()

    assert abs(datetime.fromisoformat(opened["opens_at"]) - timezone.now()) < timedelta(seconds=30)
    assert _announced(event_id)[-1].opens_at == datetime.fromisoformat(opened["opens_at"])


def test_what_is_so_already_is_not_announced_again(
    make_event: MakeEvent, operator: Account, client_of: ClientOf
) -> None:
    client, event = client_of(operator), make_event()

    answers = [_act(client, event, name) for name in ("publish", "open", "resume", "pause", "pause", "close", "close")]

    assert {answer.status_code for answer in answers} == {200}
    assert [(one.state.value, one.paused) for one in _announced(event)] == [("published", True), ("closed", True)]


@pytest.mark.parametrize(
    ("state", "act", "code"),
    [
        ("draft", "open", "coupon-event-not-published"),
        ("draft", "pause", "coupon-event-not-published"),
        ("draft", "resume", "coupon-event-not-published"),
        ("draft", "close", "coupon-event-not-published"),
        ("closed", "publish", "coupon-event-not-draft"),
        ("closed", "open", "coupon-event-not-published"),
        ("closed", "pause", "coupon-event-not-published"),
    ],
)
def test_an_act_out_of_turn_is_refused_and_changes_nothing(
    make_event: MakeEvent, operator: Account, client_of: ClientOf, state: str, act: str, code: str
) -> None:
    event = make_event(state=state)

    answer = _act(client_of(operator), event, act)

    assert (answer.status_code, answer.json()["code"], answer.json()["state"]) == (409, code, state)
    event.refresh_from_db()
    assert (event.state, event.revision, _announced(event)) == (state, 1, [])


@pytest.mark.parametrize(("state", "act"), [("draft", "publish"), ("published", "open")])
def test_an_event_whose_end_has_passed_cannot_begin(
    make_event: MakeEvent, operator: Account, client_of: ClientOf, state: str, act: str
) -> None:
    event = make_event(state=state)
    CouponEvent.objects.filter(pk=event.pk).update(closes_at=timezone.now() - timedelta(seconds=1))

    answer = _act(client_of(operator), event, act)

    assert (answer.status_code, answer.json()["code"]) == (409, "coupon-event-over")
    assert _announced(event) == []


@pytest.mark.parametrize("act", ["publish", "open", "pause", "resume", "close"])
def test_an_act_on_an_event_that_is_not_there_is_not_found(operator: Account, client_of: ClientOf, act: str) -> None:
    answer = client_of(operator).post(f"{EVENTS}/{uuid4()}/{act}", {})

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-event")


def test_a_log_that_begins_empty_hears_of_every_published_event_again(
    operator: Account, client_of: ClientOf, make_event: MakeEvent
) -> None:
    draft = client_of(operator).post(EVENTS, terms_of_an_event()).json()
    published, closed = make_event(), make_event(state=CouponEvent.State.CLOSED)
    revision = published.revision
    out = StringIO()

    call_command("announce_events", stdout=out)

    assert out.getvalue() == "2 events announced\n"
    assert [one.revision for one in _announced(published)] == [revision + 1]
    assert [one.state.value for one in _announced(closed)] == ["closed"]
    assert _announced(draft["id"]) == []
