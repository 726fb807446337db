"""What an operator can change while a drop runs: how fast the line goes, and what those who wait read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Account
from coupons.models import AuditEntry, CouponEvent
from coupons.tests.conftest import MakeEvent
from outbox.models import OutboxRow
from salon_contracts.events.coupons import CouponEventChangedV1, OperatorMessage

pytestmark = pytest.mark.django_db(transaction=True)

ClientOf = Callable[[Account], APIClient]
EVENTS = "/api/v1/coupon-events"


def _published(event: CouponEvent) -> list[CouponEventChangedV1]:
    rows = OutboxRow.objects.filter(topic="coupon-events", key=str(event.pk)).order_by("pk")
    return [CouponEventChangedV1.from_bytes(bytes(row.value)) for row in rows]


def test_the_line_hears_the_pace_and_that_it_was_lifted(
    operator: Account, client_of: ClientOf, event: CouponEvent
) -> None:
    client = client_of(operator)

    answers = [client.post(f"{EVENTS}/{event.pk}/pace", {"pace_ceiling_per_second": pace}) for pace in (50, 50, None)]

    assert {answer.status_code for answer in answers} == {200}
    assert [(one.revision, one.pace_ceiling_per_second) for one in _published(event)] == [(2, 50), (3, None)]
    facts = [entry.facts for entry in AuditEntry.objects.filter(act="pace").order_by("pk")]
    assert facts == [{"pace_ceiling_per_second": [None, 50]}, {"pace_ceiling_per_second": [50, None]}]


def test_the_line_hears_a_message_until_it_is_taken_back(
    operator: Account, client_of: ClientOf, event: CouponEvent
) -> None:
    client, address = client_of(operator), f"{EVENTS}/{event.pk}/message"

    client.post(address, {"ko": "10분만 기다려 주세요", "en": "Ten more minutes"})
    client.post(f"{EVENTS}/{event.pk}/pause", {})
    client.post(address, {"ko": "한국어만", "en": ""})
    client.post(address, {"ko": "  ", "en": ""})

    assert [one.message for one in _published(event)] == [
        OperatorMessage(ko="10분만 기다려 주세요", en="Ten more minutes"),
        OperatorMessage(ko="10분만 기다려 주세요", en="Ten more minutes"),
        OperatorMessage(ko="한국어만"),
        None,
    ]
    assert [entry.act for entry in AuditEntry.objects.order_by("pk")] == ["message", "pause", "message", "message"]


@pytest.mark.parametrize(
    ("act", "body", "field", "code"),
    [
        ("pace", {}, "pace_ceiling_per_second", "required"),
        ("pace", {"pace_ceiling_per_second": 0}, "pace_ceiling_per_second", "min_value"),
        ("pace", {"pace_ceiling_per_second": 100_001}, "pace_ceiling_per_second", "max_value"),
        ("pace", {"pace_ceiling_per_second": "9"}, "pace_ceiling_per_second", "invalid"),
        ("message", {"ko": "가"}, "en", "required"),
        ("message", {"ko": "가" * 201, "en": ""}, "ko", "max_length"),
        ("message", {"ko": "", "en": 7}, "en", "invalid"),
        ("message", {"ko": None, "en": ""}, "ko", "null"),
        ("message", {"ko": "a\x00b", "en": ""}, "ko", "null_characters_not_allowed"),
        ("message", {"ko": "", "en": "\ud800"}, "en", "surrogate_characters_not_allowed"),
        ("message", {"ko": "", "en": "", "fr": "non"}, "fr", "unknown"),
    ],
)
def test_what_cannot_be_is_refused_with_field_and_reason(
    operator: Account, client_of: ClientOf, event: CouponEvent, act: str, body: dict[str, Any], field: str, code: str
) -> None:
    # As text: half a surrogate pair can be written in JSON, but not as UTF-8.
    answer = client_of(operator).post(f"{EVENTS}/{event.pk}/{act}", json.dumps(body), content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    assert (field, code) in {(error["field"], error["code"]) for error in answer.json()["errors"]}
    assert (_published(event), AuditEntry.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("act", "body"), [("pace", {"pace_ceiling_per_second": 5}), ("message", {"ko": "a", "en": ""})]
)
def test_only_operators_and_only_on_a_published_event(
    operator: Account, customer: Account, client_of: ClientOf, make_event: MakeEvent, act: str, body: dict[str, Any]
) -> None:
    draft, published = make_event(state="draft"), make_event()

    unready = client_of(operator).post(f"{EVENTS}/{draft.pk}/{act}", body)
    forbidden = client_of(customer).post(f"{EVENTS}/{published.pk}/{act}", body)

    assert (unready.status_code, unready.json()["code"]) == (409, "coupon-event-not-published")
    assert (forbidden.status_code, forbidden.json()["code"]) == (403, "forbidden")
    assert not AuditEntry.objects.exists()
