"""The terms of an event: which can be, who may set them, and how they are refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from coupons.models import CouponEvent
from coupons.tests.operating.terms import EVENTS, terms_of_an_event

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Account], APIClient]


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
        ({"needs_confirmed_email": "yes"}, "needs_confirmed_email", "invalid"),
        ({"needs_dog": 1}, "needs_dog", "invalid"),
        ({"needs_dog": None}, "needs_dog", "null"),
        ({"needs_account_before": "yesterday"}, "needs_account_before", "invalid"),
        ({"needs_account_before": "2000-01-01T00:00:00Z"}, "needs_account_before", "no-account-so-old"),
        ({"needs_account_before": "2199-01-01T00:00:00Z"}, "needs_account_before", "no-account-so-old"),
        ({"surprise": 1}, "surprise", "unknown"),
        ({"state": "published"}, "state", "unknown"),
    ],
)
def test_terms_that_cannot_be_are_refused_with_field_and_reason(
    operator: Account, client_of: ClientOf, changed: dict[str, Any], field: str, code: str
) -> None:
    answer = client_of(operator).post(EVENTS, terms_of_an_event(**changed))

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    assert (field, code) in {(error["field"], error["code"]) for error in answer.json()["errors"]}
    assert not CouponEvent.objects.exists()


@pytest.mark.parametrize("missing", ["title", "quantity", "discount_won", "opens_at", "closes_at"])
def test_terms_that_are_missing_are_asked_for(operator: Account, client_of: ClientOf, missing: str) -> None:
    terms = terms_of_an_event()
    del terms[missing]

    answer = client_of(operator).post(EVENTS, terms)

    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [(missing, "required")]


def test_an_event_lasts_ninety_days_at_most_and_ends_in_the_future(operator: Account, client_of: ClientOf) -> None:
    now = timezone.now()
    too_long = terms_of_an_event(opens_at=now.isoformat(), closes_at=(now + timedelta(days=91)).isoformat())
    past = terms_of_an_event(
        opens_at=(now - timedelta(hours=2)).isoformat(), closes_at=(now - timedelta(hours=1)).isoformat()
    )

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
    body = {} if path else terms_of_an_event()

    for role in ("customer", "groomer"):
        answer = client_of(make_account(role=role)).post(address, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    answer = stranger.post(address, body)
    assert (answer.status_code, answer.json()["code"]) == (401, "not-signed-in")
    event.refresh_from_db()
    assert (event.revision, CouponEvent.objects.count()) == (1, 1)
