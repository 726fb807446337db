"""What people read of their notices stays read, and is theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import Account
from api.callers.acting import By
from notifications import services
from notifications.models import Notification
from notifications.services import deliver_notifications
from notifications.tests.conftest import NOW, confirmed

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Account], APIClient]

LIST = "/api/v1/notifications"


def test_the_same_event_again_leaves_what_was_read_read(customer: Account, groomer: Account) -> None:
    event = confirmed(customer, groomer)
    deliver_notifications(events=[event], now=NOW)
    services.mark_read(ids=None, by=By(customer.pk, NOW))

    assert deliver_notifications(events=[event, event], now=NOW + timedelta(days=1)) == 0

    row = Notification.objects.get(recipient=customer)
    assert (row.read_at, row.created_at) == (NOW, NOW)


def test_the_list_is_mine_newest_first_with_the_number_of_unread(
    customer: Account, groomer: Account, client_of: ClientOf, stranger: APIClient
) -> None:
    for day in range(3):
        deliver_notifications(events=[confirmed(customer, groomer)], now=NOW + timedelta(days=day))
    client = client_of(customer)

    first = client.get(LIST, {"limit": 2}).json()
    rest = client.get(LIST, {"limit": 2, "cursor": first["next"]}).json()

    times = [item["created_at"] for item in first["items"] + rest["items"]]
    assert times == sorted(times, reverse=True)
    assert (len(times), first["unread"], rest["next"]) == (3, 3, None)
    assert set(first["items"][0]) == {"id", "kind", "facts", "created_at", "read_at"}
    assert stranger.get(LIST).json()["code"] == "not-signed-in"


def test_some_or_all_can_be_marked_as_read_but_only_mine(
    customer: Account, groomer: Account, client_of: ClientOf
) -> None:
    deliver_notifications(events=[confirmed(customer, groomer), confirmed(customer, groomer)], now=NOW)
    client, items = client_of(customer), client_of(customer).get(LIST).json()["items"]

    foreign = client_of(groomer).post(f"{LIST}/read", {"ids": [items[0]["id"]]}).json()
    one = client.post(f"{LIST}/read", {"ids": [items[0]["id"], str(uuid4())]}).json()
    everything = client.post(f"{LIST}/read", {}).json()

    assert (foreign, one, everything) == ({"unread": 2}, {"unread": 1}, {"unread": 0})
    assert client_of(groomer).get(LIST).json()["unread"] == 2


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"ids": "all"}, "ids", "not_a_list"),
        ({"ids": ["7"]}, "ids.0", "invalid"),
        ({"ids": [str(uuid4())] * 101}, "ids", "max_length"),
        ({"everything": True}, "everything", "unknown"),
    ],
)
def test_what_cannot_be_marked_is_refused(
    customer: Account, client_of: ClientOf, body: dict[str, Any], field: str, code: str
) -> None:
    answer = client_of(customer).post(f"{LIST}/read", body)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    assert (field, code) in {(error["field"], error["code"]) for error in answer.json()["errors"]}
