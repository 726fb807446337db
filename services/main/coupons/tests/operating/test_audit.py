"""What operators did stands in the audit log: who, when, what, from which revision to which."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from coupons.models import AuditEntry, CouponEvent
from coupons.tests.conftest import MakeEvent

pytestmark = pytest.mark.django_db(transaction=True)

ClientOf = Callable[[Account], APIClient]
EVENTS = "/api/v1/coupon-events"


def _entries(event_id: Any) -> list[tuple[str, int, int]]:
    entries = AuditEntry.objects.filter(event_id=event_id).order_by("pk")
    return [(entry.act, entry.revision_before, entry.revision_after) for entry in entries]


def test_every_act_by_api_is_written_down(operator: Account, client_of: ClientOf) -> None:
    client = client_of(operator)
    opens_at = timezone.now() + timedelta(hours=1)
    terms = {
        "title": "가을 목욕 쿠폰",
        "quantity": 10,
        "discount_won": 3_000,
        "opens_at": opens_at.isoformat(),
        "closes_at": (opens_at + timedelta(hours=1)).isoformat(),
    }

    event_id = client.post(EVENTS, terms).json()["id"]
    clicks = {act: uuid4().hex for act in ("publish", "open", "pause", "resume", "close")}
    for act, click in clicks.items():
        client.post(f"{EVENTS}/{event_id}/{act}", {}, HTTP_X_REQUEST_ID=click)

    assert _entries(event_id) == [
        ("create", 0, 1), ("publish", 1, 2), ("open", 2, 3), ("pause", 3, 4), ("resume", 4, 5), ("close", 5, 6),
    ]  # fmt: skip
    pause = AuditEntry.objects.get(event_id=event_id, act="pause")
    assert (pause.operator_id, pause.trace_id, pause.facts) == (operator.pk, clicks["pause"], {"paused": [False, True]})
    created = AuditEntry.objects.get(event_id=event_id, act="create")
    assert (created.facts["quantity"], created.facts["title"]) == ([None, 10], [None, "가을 목욕 쿠폰"])


def test_every_act_by_admin_is_written_down(operator: Account, make_event: MakeEvent) -> None:
    event = make_event()
    page = Client()
    page.force_login(operator)

    for action in ("pause", "resume", "close"):
        page.post(
            "/admin/coupons/couponevent/", {"action": action, "_selected_action": str(event.pk), "confirmed": "yes"}
        )

    assert _entries(event.pk) == [("pause", 1, 2), ("resume", 2, 3), ("close", 3, 4)]
    assert set(AuditEntry.objects.values_list("operator_id", flat=True)) == {operator.pk}


def test_an_act_that_is_refused_or_changes_nothing_leaves_no_entry(
    operator: Account, client_of: ClientOf, make_event: MakeEvent
) -> None:
    client, closed, running = client_of(operator), make_event(state=CouponEvent.State.CLOSED), make_event()

    refused = client.post(f"{EVENTS}/{closed.pk}/pause", {})
    unchanged = client.post(f"{EVENTS}/{running.pk}/resume", {})

    assert (refused.status_code, unchanged.status_code) == (409, 200)
    assert not AuditEntry.objects.exists()


def test_an_act_whose_entry_cannot_be_written_is_not_done(
    operator: Account, client_of: ClientOf, make_event: MakeEvent
) -> None:
    event, client = make_event(), client_of(operator)
    # An entry for the next revision stands there already: the unique constraint refuses a second one.
    AuditEntry.objects.create(
        event=event, operator=operator, act="pause", acted_at=timezone.now(), revision_before=1, revision_after=2,
        facts={}, trace_id="earlier",
    )  # fmt: skip
    client.raise_request_exception = False

    answer = client.post(f"{EVENTS}/{event.pk}/pause", {})

    assert answer.status_code == 500
    event.refresh_from_db()
    assert (event.paused, event.revision) == (False, 1)


def test_what_is_written_is_not_changed_or_taken_away(
    operator: Account, client_of: ClientOf, event: CouponEvent
) -> None:
    client_of(operator).post(f"{EVENTS}/{event.pk}/pause", {})
    entry = AuditEntry.objects.get()

    tries: list[Callable[[], Any]] = [
        entry.save,
        entry.delete,
        lambda: AuditEntry.objects.update(act="close"),
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.bulk_update([entry], ["act"]),
    ]
    for change in tries:
        with pytest.raises(RuntimeError, match="append-only"):
            change()
    with pytest.raises(IntegrityError):
        AuditEntry(pk=entry.pk, event=event, operator=operator, act="close", acted_at=entry.acted_at,
                   revision_before=8, revision_after=9, facts={}, trace_id="forged").save()  # fmt: skip

    assert _entries(event.pk) == [("pause", 1, 2)]


def test_operators_read_the_log_the_newest_first(operator: Account, client_of: ClientOf, event: CouponEvent) -> None:
    client = client_of(operator)
    for act in ("pause", "resume", "close"):
        client.post(f"{EVENTS}/{event.pk}/{act}", {})

    first = client.get(f"{EVENTS}/{event.pk}/audit", {"limit": 2}).json()
    second = client.get(f"{EVENTS}/{event.pk}/audit", {"limit": 2, "cursor": first["next"]}).json()

    assert [entry["act"] for entry in first["items"] + second["items"]] == ["close", "resume", "pause"]
    assert second["next"] is None
    assert set(first["items"][0]) == {
        "id", "act", "operator", "acted_at", "revision_before", "revision_after", "facts", "trace_id",
    }  # fmt: skip
    assert first["items"][0]["operator"] == {"id": operator.pk, "name": operator.name}
    assert client.get(f"{EVENTS}/{uuid4()}/audit").json()["code"] == "unknown-event"


def test_nobody_but_operators_reads_the_log(
    event: CouponEvent, customer: Account, client_of: ClientOf, stranger: APIClient
) -> None:
    answers = [one.get(f"{EVENTS}/{event.pk}/audit") for one in (client_of(customer), stranger)]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (403, "forbidden"), (401, "not-signed-in"),
    ]  # fmt: skip


def test_the_log_in_the_admin_can_only_be_read(operator: Account, client_of: ClientOf, event: CouponEvent) -> None:
    client_of(operator).post(f"{EVENTS}/{event.pk}/pause", {})
    entry = AuditEntry.objects.get()
    page = Client()
    page.force_login(operator)
    log = "/admin/coupons/auditentry/"

    assert page.get(log).status_code == 200
    assert page.get(f"{log}{entry.pk}/change/").status_code == 200
    assert page.post(f"{log}{entry.pk}/change/", {"act": "close"}).status_code == 403
    assert page.post(f"{log}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert page.get(f"{log}add/").status_code == 403
