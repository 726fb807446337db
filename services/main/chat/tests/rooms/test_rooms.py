"""Rooms and history over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone
from pymongo import MongoClient
from pymongo.collection import Collection
from rest_framework.test import APIClient

from accounts.models import Account
from api.callers.acting import By
from chat.history.pages import FIRST_WINDOW
from chat.models import Room
from chat.rooms.services import open_room
from config.env import env
from conftest import MakeAccount
from outbox.models import OutboxRow
from salon_contracts.events.notifications import NotificationRequestedV1
from salon_contracts.stores.chat_history import MESSAGES, partition_of
from salons.models import Groomer

ClientOf = Callable[[Account], APIClient]
Messages = Collection[dict[str, Any]]


def test_a_customer_opens_a_room_once_and_the_groomer_is_told_once(
    groomer: Groomer, customer: Account, client_of: ClientOf
) -> None:
    client = client_of(customer)

    first = client.post("/api/v1/rooms", {"groomer_id": groomer.pk}, format="json")
    again = client.post("/api/v1/rooms", {"groomer_id": groomer.pk}, format="json")

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["salon_name"] == "멍멍살롱"
    assert first.json()["other"] == {"id": groomer.account_id, "name": "김미용"}
    (row,) = OutboxRow.objects.filter(topic="notifications")
    notice = NotificationRequestedV1.from_bytes(bytes(row.value))
    assert (notice.recipient_id, notice.kind) == (groomer.account_id, "chat.room-opened")
    assert notice.facts["room_id"] == first.json()["id"]


def test_two_openings_at_once_make_one_room(groomer: Groomer, customer: Account) -> None:
    """MySQL decides: whoever comes second finds the room of the first."""
    ready = threading.Barrier(4)
    opened: list[tuple[object, bool]] = []

    def open_it() -> None:
        ready.wait(5)
        room, is_new = open_room(groomer_id=groomer.pk, by=By(customer.pk, timezone.now()))
        opened.append((room.pk, is_new))
        connections.close_all()

    threads = [threading.Thread(target=copy_context().run, args=(open_it,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert len({room for room, _ in opened}) == 1
    assert sorted(is_new for _, is_new in opened) == [False, False, False, True]
    assert OutboxRow.objects.filter(topic="notifications").count() == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid-input"),
        ({"groomer_id": "1"}, 422, "invalid-input"),
        ({"groomer_id": 0}, 422, "invalid-input"),
        ({"groomer_id": 10**30}, 422, "invalid-input"),
        ({"groomer_id": 1, "more": 2}, 422, "invalid-input"),
        ({"groomer_id": 999_999_999}, 404, "groomer-not-found"),
    ],
)
def test_a_bad_opening_leaves_no_room(
    transactional_db: None, customer: Account, client_of: ClientOf, body: dict[str, Any], status: int, code: str
) -> None:
    answer = client_of(customer).post("/api/v1/rooms", body, format="json")

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Room.objects.exists()
    assert not OutboxRow.objects.exists()


def test_only_customers_open_rooms(groomer: Groomer, client_of: ClientOf, stranger: APIClient) -> None:
    body = {"groomer_id": groomer.pk}

    assert client_of(groomer.account).post("/api/v1/rooms", body, format="json").json()["code"] == "forbidden"
    assert stranger.post("/api/v1/rooms", body, format="json").json()["code"] == "not-signed-in"


def test_both_see_their_rooms_and_the_other_in_it(
    room: Room, make_room: Callable[[], Room], client_of: ClientOf
) -> None:
    make_room()

    as_customer = client_of(room.customer).get("/api/v1/rooms").json()
    as_groomer = client_of(room.groomer.account).get("/api/v1/rooms").json()

    assert [(r["id"], r["other"]["id"]) for r in as_customer["items"]] == [(str(room.pk), room.groomer.account_id)]
    assert [(r["id"], r["other"]["id"]) for r in as_groomer["items"]] == [(str(room.pk), room.customer_id)]
    assert as_customer["next"] is None


def test_rooms_come_in_pages(make_account: MakeAccount, make_room: Callable[[], Room], client_of: ClientOf) -> None:
    rooms = [make_room() for _ in range(5)]
    customer = rooms[0].customer
    Room.objects.update(customer=customer)
    client = client_of(customer)

    pages: list[dict[str, Any]] = [client.get("/api/v1/rooms", {"limit": "2"}).json()]
    while pages[-1]["next"]:
        pages.append(client.get("/api/v1/rooms", {"limit": "2", "cursor": pages[-1]["next"]}).json())

    ids = [item["id"] for page in pages for item in page["items"]]
    assert [len(page["items"]) for page in pages] == [2, 2, 1]
    assert sorted(ids) == sorted(str(room.pk) for room in rooms)


@pytest.fixture
def messages() -> Iterator[Messages]:
    """The real collection, to put a past into it that the log does not have any more."""
    client: MongoClient[dict[str, Any]] = MongoClient(env.mongodb_url)
    yield client.get_default_database()[MESSAGES]
    client.close()


@pytest.fixture
def past(room: Room, messages: Messages, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """25 messages, some close together and some a long way apart, on a log that is a million records long."""
    offsets = [*range(10), *range(3 * FIRST_WINDOW, 3 * FIRST_WINDOW + 10), *range(900_000, 900_005)]
    room_id = str(room.pk)
    messages.insert_many(
        {
            "_id": f"{room_id}:{n}",
            "room_id": room_id,
            "epoch": env.chat_epoch,
            "offset": offset,
            "partition": partition_of(room_id),
            "sender_id": room.customer_id,
            "client_message_id": str(uuid4()),
            "text": f"m{n}",
            "sent_at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n),
            "trace_id": "t" * 8,
        }
        for n, offset in enumerate(offsets)
    )
    monkeypatch.setattr("chat.history.worker_progress.WorkerProgress.end_of_log", lambda _self, _partition: 1_000_000)
    yield [f"m{n}" for n in range(len(offsets))]
    messages.delete_many({"room_id": room_id})


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_going_back_page_by_page_shows_every_message_once(
    room: Room, past: list[str], client_of: ClientOf, limit: int
) -> None:
    client = client_of(room.customer)

    texts: list[str] = []
    before: dict[str, str] = {}
    while True:
        page = client.get(f"/api/v1/rooms/{room.pk}/messages", {"limit": str(limit), **before}).json()
        assert len(page["items"]) <= limit
        texts = [item["text"] for item in page["items"]] + texts
        if page["next"] is None:
            break
        before = {"before": page["next"]}

    assert texts == past


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_going_forward_page_by_page_shows_every_message_once(
    room: Room, past: list[str], client_of: ClientOf, limit: int
) -> None:
    client = client_of(room.customer)
    url = f"/api/v1/rooms/{room.pk}/messages"
    (first,) = client.get(url, {"before": f"{env.chat_epoch}-1"}).json()["items"]

    texts, after = [first["text"]], first["cursor"]
    while after is not None:
        page = client.get(url, {"limit": str(limit), "after": after}).json()
        assert len(page["items"]) <= limit
        texts += [item["text"] for item in page["items"]]
        after = page["next"]

    assert texts == past


def test_a_page_between_two_cursors_has_both_bounds(room: Room, past: list[str], client_of: ClientOf) -> None:
    epoch = env.chat_epoch
    page = client_of(room.customer).get(
        f"/api/v1/rooms/{room.pk}/messages", {"after": f"{epoch}-3", "before": f"{epoch}-7"}
    )

    assert [item["text"] for item in page.json()["items"]] == ["m4", "m5", "m6"]


def test_messages_of_an_earlier_epoch_come_first(
    room: Room, past: list[str], messages: Messages, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The topic was rebuilt: offsets began again at 0, and the epoch is one higher."""
    from chat.history.pages import history

    monkeypatch.setattr(history(), "_epoch", env.chat_epoch + 1)
    messages.update_many(
        {"room_id": str(room.pk), "offset": {"$gte": 900_000}}, {"$set": {"epoch": env.chat_epoch + 1}}
    )
    messages.update_many({"room_id": str(room.pk), "offset": {"$gte": 900_000}}, {"$inc": {"offset": -900_000}})
    client, url = client_of(room.customer), f"/api/v1/rooms/{room.pk}/messages"

    back = client.get(url, {"limit": "100"}).json()["items"]
    forward = client.get(url, {"limit": "100", "after": f"{env.chat_epoch}-0"}).json()["items"]

    assert [item["text"] for item in back] == past
    assert [item["text"] for item in forward] == past[1:]


@pytest.mark.parametrize("query", ["before=x", "after=1", "before=1-99999999999999999999", "limit=0", "limit=101"])
def test_a_bad_page_is_refused(room: Room, client_of: ClientOf, query: str) -> None:
    answer = client_of(room.customer).get(f"/api/v1/rooms/{room.pk}/messages?{query}")

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")


def test_history_is_for_the_two_only(
    room: Room, make_room: Callable[[], Room], client_of: ClientOf, stranger: APIClient
) -> None:
    url = f"/api/v1/rooms/{room.pk}/messages"

    assert client_of(make_room().customer).get(url).json()["code"] == "room-not-found"
    assert client_of(room.customer).get(f"/api/v1/rooms/{uuid4()}/messages").json()["code"] == "room-not-found"
    assert stranger.get(url).json()["code"] == "not-signed-in"
    assert client_of(room.groomer.account).get(url).status_code == 200
