"""What an operator does to an event, and what everybody else sees of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from coupons.issuing.services import issue_coupons
from coupons.models import CouponEvent
from coupons.tests.conftest import MakeEvent, claim
from outbox.models import OutboxRow
from salon_contracts.events.coupons import CouponEventChangedV1

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Account], APIClient]
EVENTS = "/api/v1/coupon-events"


def _terms(**changed: Any) -> dict[str, Any]:
    opens_at = timezone.now() + timedelta(hours=1)
    return {
        "title": "첫 목욕 반값",
        "quantity": 100,
        "discount_won": 10_000,
        "opens_at": opens_at.isoformat(),
        "closes_at": (opens_at + timedelta(hours=2)).isoformat(),
        **changed,
    }


def _announced(event: CouponEvent | str) -> list[CouponEventChangedV1]:
    rows = OutboxRow.objects.filter(topic="coupon-events", key=str(getattr(event, "pk", event))).order_by("pk")
    return [CouponEventChangedV1.from_bytes(bytes(row.value)) for row in rows]


def _act(client: APIClient, event: CouponEvent, name: str) -> Any:
    return client.post(f"{EVENTS}/{event.pk}/{name}", {}, HTTP_ACCEPT_LANGUAGE="en")


def test_an_event_goes_from_draft_to_its_end(operator: Account, client_of: ClientOf) -> None:
    client = client_of(operator)

    draft = client.post(EVENTS, _terms()).json()
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

    draft = client.post(EVENTS, _terms(line_order="lottery", rehearsal=rehearsal)).json()
    published = client.post(f"{EVENTS}/{draft['id']}/publish", {}).json()

    assert (draft["line_order"], draft["order_commitment"]) == ("lottery", None)
    (change,) = _announced(draft["id"])
    assert change.draw is not None
    assert (change.line_order, change.draw.commitment) == ("lottery", published["order_commitment"])


def test_opening_now_moves_the_hour_to_now(operator: Account, client_of: ClientOf) -> None:
    client = client_of(operator)
    event_id = client.post(EVENTS, _terms()).json()["id"]
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


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"title": ""}, "title", "blank"),
        ({"title": "가" * 101}, "title", "max_length"),
        ({"title": 7}, "title", "invalid"),
        ({"title": "a\x00b"}, "title", "null_characters_not_allowed"),
        ({"quantity": 0}, "quantity", "min_value"),
        ({"quantity": 1_000_001}, "quantity", "max_value"),
        ({"quantity": "10"}, "quantity", "invalid"),
        ({"quantity": True}, "quantity", "invalid"),
        ({"quantity": 1.5}, "quantity", "invalid"),
        ({"quantity": 10**400}, "quantity", "max_value"),
        ({"discount_won": 0}, "discount_won", "min_value"),
        ({"discount_won": 1_000_001}, "discount_won", "max_value"),
        ({"max_waiting": 0}, "max_waiting", "min_value"),
        ({"max_waiting": None}, "max_waiting", "null"),
        ({"pace_ceiling_per_second": 0}, "pace_ceiling_per_second", "min_value"),
        ({"opens_at": "tomorrow"}, "opens_at", "invalid"),
        ({"opens_at": 1_790_000_000}, "opens_at", "invalid"),
        ({"opens_at": "2026-04-01T12:00:00"}, "opens_at", "no_offset"),
        ({"opens_at": "2020-01-01T00:00:00+09:00"}, "opens_at", "out-of-range"),
        ({"opens_at": "0001-01-01T00:00:00+09:00"}, "opens_at", "overflow"),
        ({"opens_at": "9999-12-31T23:59:59-12:00"}, "opens_at", "overflow"),
        ({"closes_at": "2020-01-01T00:00:00+09:00"}, "closes_at", "not-after-opening"),
        ({"line_order": "fastest"}, "line_order", "invalid_choice"),
        ({"line_order": None}, "line_order", "null"),
        ({"line_order": ["lottery"]}, "line_order", "invalid_choice"),
        ({"surprise": 1}, "surprise", "unknown"),
        ({"state": "published"}, "state", "unknown"),
    ],
)
def test_terms_that_cannot_be_are_refused_with_field_and_reason(
    operator: Account, client_of: ClientOf, changed: dict[str, Any], field: str, code: str
) -> None:
    answer = client_of(operator).post(EVENTS, _terms(**changed))

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    assert (field, code) in {(error["field"], error["code"]) for error in answer.json()["errors"]}
    assert not CouponEvent.objects.exists()


@pytest.mark.parametrize("missing", ["title", "quantity", "discount_won", "opens_at", "closes_at"])
def test_terms_that_are_missing_are_asked_for(operator: Account, client_of: ClientOf, missing: str) -> None:
    terms = _terms()
    del terms[missing]

    answer = client_of(operator).post(EVENTS, terms)

    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [(missing, "required")]


def test_an_event_lasts_ninety_days_at_most_and_ends_in_the_future(operator: Account, client_of: ClientOf) -> None:
    now = timezone.now()
    too_long = _terms(opens_at=now.isoformat(), closes_at=(now + timedelta(days=91)).isoformat())
    past = _terms(opens_at=(now - timedelta(hours=2)).isoformat(), closes_at=(now - timedelta(hours=1)).isoformat())

    answers = [client_of(operator).post(EVENTS, terms).json() for terms in (too_long, past)]

    assert [answer["errors"][0]["code"] for answer in answers] == ["too-long", "in-past"]


def test_an_act_takes_no_fields_and_only_json_objects(
    event: CouponEvent, operator: Account, client_of: ClientOf
) -> None:
    client = client_of(operator)
    address = f"{EVENTS}/{event.pk}/pause"

    unknown = client.post(address, {"for": "ever"})
    garbage = client.post(address, "{", content_type="application/json")
    form = client.post(address, "a=b", content_type="application/x-www-form-urlencoded")

    assert (unknown.status_code, unknown.json()["code"]) == (422, "invalid-input")
    assert (garbage.status_code, garbage.json()["code"]) == (400, "malformed-request")
    assert (form.status_code, form.json()["code"]) == (415, "unsupported-media-type")
    event.refresh_from_db()
    assert not event.paused


@pytest.mark.parametrize("path", ["", "/{id}/publish", "/{id}/open", "/{id}/pause", "/{id}/resume", "/{id}/close"])
def test_only_operators_write(
    event: CouponEvent, make_account: Callable[..., Account], client_of: ClientOf, stranger: APIClient, path: str
) -> None:
    address = EVENTS + path.format(id=event.pk)
    body = {} if path else _terms()

    for role in ("customer", "groomer"):
        answer = client_of(make_account(role=role)).post(address, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    answer = stranger.post(address, body)
    assert (answer.status_code, answer.json()["code"]) == (401, "not-signed-in")
    event.refresh_from_db()
    assert (event.revision, CouponEvent.objects.count()) == (1, 1)


def test_drafts_are_seen_by_operators_only(
    make_event: MakeEvent, operator: Account, customer: Account, client_of: ClientOf, stranger: APIClient
) -> None:
    draft, published, closed = (make_event(state=state) for state in ("draft", "published", "closed"))

    seen = {item["id"] for item in stranger.get(EVENTS).json()["items"]}
    seen_by_operator = {item["id"] for item in client_of(operator).get(EVENTS).json()["items"]}

    assert seen == {str(published.pk), str(closed.pk)}
    assert seen_by_operator == seen | {str(draft.pk)}
    assert stranger.get(f"{EVENTS}/{published.pk}").json()["title"] == published.title
    assert client_of(operator).get(f"{EVENTS}/{draft.pk}").status_code == 200
    hidden = client_of(customer).get(f"{EVENTS}/{draft.pk}")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "unknown-event")


def test_the_list_is_paged_and_shows_exactly_what_is_promised(make_event: MakeEvent, stranger: APIClient) -> None:
    wanted = {str(make_event().pk) for _ in range(5)}

    first = stranger.get(EVENTS, {"limit": 3}).json()
    second = stranger.get(EVENTS, {"limit": 3, "cursor": first["next"]}).json()

    assert {item["id"] for item in first["items"] + second["items"]} == wanted
    assert second["next"] is None
    assert set(first["items"][0]) == {
        "id", "title", "quantity", "discount_won", "opens_at", "closes_at", "state", "phase", "paused", "rehearsal",
        "line_order", "order_commitment",
    }  # fmt: skip


def test_my_coupons_are_mine(
    event: CouponEvent, customers: Sequence[Account], client_of: ClientOf, stranger: APIClient
) -> None:
    now = timezone.now()
    issue_coupons(claims=[claim(event, person, serial) for serial, person in enumerate(customers, 1)], now=now)

    (coupon,) = client_of(customers[2]).get("/api/v1/coupons").json()["items"]

    assert set(coupon) == {"id", "coupon_event_id", "serial", "discount_won", "issued_at", "expires_at"}
    assert (coupon["coupon_event_id"], coupon["serial"], coupon["discount_won"]) == (str(event.pk), 3, 5_000)
    assert stranger.get("/api/v1/coupons").json()["code"] == "not-signed-in"


def test_a_finished_drop_can_be_exported(event: CouponEvent, customers: Sequence[Account]) -> None:
    asked = [claim(event, person, serial, number=serial + 10) for serial, person in enumerate(customers, start=1)]
    issued = issue_coupons(claims=asked[::-1], now=timezone.now()).issued

    out = StringIO()
    call_command("export_drop", str(event.pk), stdout=out)

    drop = json.loads(out.getvalue())
    assert (drop["coupon_event_id"], drop["quantity"], drop["state"]) == (str(event.pk), 10, "published")
    ids = {answer.serial: str(answer.coupon_id) for answer in issued}
    assert drop["coupons"] == [
        {
            "coupon_id": ids[one.serial],
            "serial": one.serial,
            "number": one.number,
            "customer_id": one.customer_id,
            "claim_id": one.claim_id,
        }
        for one in asked
    ]


def test_an_unknown_drop_is_not_exported() -> None:
    with pytest.raises(CommandError, match="no coupon event"):
        call_command("export_drop", str(uuid4()))


def test_a_log_that_begins_empty_hears_of_every_published_event_again(
    operator: Account, client_of: ClientOf, make_event: MakeEvent
) -> None:
    draft = client_of(operator).post(EVENTS, _terms()).json()
    published, closed = make_event(), make_event(state=CouponEvent.State.CLOSED)
    revision = published.revision
    out = StringIO()

    call_command("announce_events", stdout=out)

    assert out.getvalue() == "2 events announced\n"
    assert [one.revision for one in _announced(published)] == [revision + 1]
    assert [one.state.value for one in _announced(closed)] == ["closed"]
    assert _announced(draft["id"]) == []
