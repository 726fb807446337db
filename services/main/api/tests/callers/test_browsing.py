"""Who reads from a copy of the database, and who has to see a write of theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connections, transaction
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient, APIRequestFactory
from rest_framework.views import APIView

from accounts.models import Account
from api.callers import recent_writes
from api.callers.browsing import browsing
from api.callers.recent_writes import may_have_written_lately
from config.declared import UNNOTICED_SECONDS
from config.declared import Settings as Environment
from config.env import env
from conftest import MakeAccount, access_token_of
from salon_kit.redis.connect import connect
from salons.models import Salon
from serving.mysql.reads import SECONDARY_ALIAS, ReadRouter, reading_from_secondary
from serving.redis import shared_redis

READ_ALL = "/api/v1/notifications/read"


@pytest.fixture(autouse=True)
def _nothing_was_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent_writes, "_unknown_until", float("-inf"))


def asked_by(account: Account | None) -> Request:
    headers = {"Authorization": f"Bearer {access_token_of(account)}"} if account else {}
    return Request(APIRequestFactory().get("/", headers=headers))


@pytest.mark.django_db
def test_who_wrote_a_moment_ago_reads_from_the_primary_and_others_do_not(
    client_of: Callable[[Account], APIClient], make_account: MakeAccount
) -> None:
    author, other = make_account(), make_account()

    client_of(author).post(READ_ALL, {})

    assert may_have_written_lately(asked_by(author))
    assert not may_have_written_lately(asked_by(other))
    assert not may_have_written_lately(asked_by(None))


@pytest.mark.django_db
@pytest.mark.usefixtures("redis_is_down")
def test_without_redis_who_is_signed_in_reads_from_the_primary(make_account: MakeAccount) -> None:
    assert may_have_written_lately(asked_by(make_account()))


@pytest.mark.django_db
def test_a_write_that_redis_could_not_note_is_not_forgotten_when_redis_is_back(
    client_of: Callable[[Account], APIClient], make_account: MakeAccount
) -> None:
    author = make_account()
    with pytest.MonkeyPatch.context() as away:
        nowhere = connect("redis://127.0.0.1:9/0", answer_seconds=1, connect_seconds=1)
        away.setattr(shared_redis(), "connection_pool", nowhere.connection_pool)
        client_of(author).post(READ_ALL, {})

    assert may_have_written_lately(asked_by(author))


@pytest.mark.django_db
def test_within_a_transaction_and_for_writing_nobody_reads_from_a_copy() -> None:
    router = ReadRouter()

    with reading_from_secondary(), transaction.atomic():
        assert router.db_for_read(Salon) == router.db_for_write(Salon) == "default"


@pytest.mark.django_db(transaction=True)
def test_only_what_is_said_to_be_browsing_reads_from_a_copy() -> None:
    router = ReadRouter()

    assert router.db_for_read(Salon) == "default"
    with reading_from_secondary():
        assert router.db_for_read(Salon) == SECONDARY_ALIAS
        assert router.db_for_write(Salon) == "default"
    assert router.db_for_read(Salon) == "default"


class Browsed:
    """An endpoint that notes where it would read, and whose copy may be away."""

    def __init__(self, *, copy_is_away: bool) -> None:
        self.copy_is_away = copy_is_away
        self.read_from: list[str] = []

    def __call__(self, view: APIView, request: Request) -> Response:
        alias = ReadRouter().db_for_read(Salon)
        self.read_from.append(alias)
        if alias == SECONDARY_ALIAS and self.copy_is_away:
            raise OperationalError(2003, "no member of the group is secondary")
        return Response(None)


def browse(endpoint: Browsed) -> list[str]:
    def get(view: APIView, request: Request) -> Response:
        return endpoint(view, request)

    browsing(get)(APIView(), asked_by(None))
    return endpoint.read_from


@pytest.fixture
def a_secondary(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the address named a group: Django knows a second database of the same kind."""
    second: dict[str, Any] = {**connections.settings["default"], "MEMBER_ROLE": "secondary"}
    monkeypatch.setitem(connections.settings, SECONDARY_ALIAS, second)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("a_secondary")
def test_browsing_reads_from_a_copy_and_from_the_primary_when_there_is_none() -> None:
    assert browse(Browsed(copy_is_away=False)) == [SECONDARY_ALIAS]
    assert browse(Browsed(copy_is_away=True)) == [SECONDARY_ALIAS, "default"]


@pytest.mark.django_db(transaction=True)
def test_with_one_database_all_reads_are_its_own() -> None:
    assert browse(Browsed(copy_is_away=False)) == ["default"]


def test_reads_that_stick_for_less_than_a_copy_may_lag_stop_the_start() -> None:
    given = env.model_dump() | {"reads_max_lag_seconds": 6, "reads_stick_seconds": int(UNNOTICED_SECONDS) + 5}

    with pytest.raises(ValueError, match="reads_stick_seconds"):
        Environment.model_validate(given)
