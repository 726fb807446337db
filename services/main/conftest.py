"""What tests of every app share. They run on the real MySQL, Redis, Kafka and MongoDB that the environment names."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.management.color import Style
from django.core.management.commands import flush
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from rest_framework.test import APIClient
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]

from accounts.models import Account
from accounts.sessions.tokens import sign_access_token
from chat.history.pages import history
from salon_kit.redis.connect import connect
from salon_kit.tracing import traced
from serving.redis import shared_redis

# Triggers let nobody remove a row of them.
WRITTEN_ONCE = {"payments_attempt", "payments_providerevent", "payments_ledgerentry"}
FILLED_ONCE = {"django_content_type", "auth_permission"}

_numbers = itertools.count(1)

MakeAccount = Callable[..., Account]


@pytest.fixture(scope="session", autouse=True)
def _history_is_closed() -> Iterator[None]:
    yield
    if history.cache_info().currsize:
        history().close()


@pytest.fixture(scope="session", autouse=True)
def _tables_of_migrations_stay() -> Iterator[None]:
    """After a test with transactions of its own Django empties every table, and makes content types and permissions of
    all models anew: nine tenths of what emptying takes. Nobody changes these two, so they stay instead, and of the
    others only those are emptied that have rows: most tests fill three of seventy."""

    def sql_of(style: Style, connection: BaseDatabaseWrapper, **options: bool) -> list[str]:
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        filled = _filled(connection, [table for table in tables if table not in FILLED_ONCE])
        emptied = [f"TRUNCATE `{table}`" for table in filled if table in WRITTEN_ONCE]
        removed = connection.ops.sql_flush(style, [name for name in filled if name not in WRITTEN_ONCE], **options)
        without_checks = ["SET FOREIGN_KEY_CHECKS = 0", *emptied, "SET FOREIGN_KEY_CHECKS = 1"] if emptied else []
        return [*without_checks, *removed]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(flush, "sql_flush", sql_of)
        patched.setattr(flush, "emit_post_migrate_signal", lambda *_, **__: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_listed_once() -> Iterator[None]:
    """Each test client makes the middleware anew, and looked for the admin's files on the disk each time: nine tenths
    of what a test at the API took."""
    found: dict[str, Any] = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def once(middleware: WhiteNoiseMiddleware) -> None:
        if not found:
            look(middleware)
            found.update(middleware.files)
        middleware.files = found

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
        yield


def _filled(connection: BaseDatabaseWrapper, tables: list[str]) -> list[str]:
    """Those that have a row, by one question."""
    looks = (f"(SELECT '{table}' FROM `{table}` LIMIT 1)" for table in tables)  # noqa: S608  # names of our own
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(looks))
        return [name for (name,) in cursor.fetchall()]


@pytest.fixture(autouse=True)
def _a_click_began_it() -> Iterator[None]:
    """Rules that tests call by themselves record events too, and each event is of a click."""
    with traced("click-of-the-test"):
        yield


@pytest.fixture
def make_account(db: None) -> MakeAccount:
    """An account with a new e-mail address. Without `password` nobody can sign in to it."""

    def make(*, role: str = Account.Role.CUSTOMER, password: str | None = None, name: str = "보리 보호자") -> Account:
        email = f"{role}-{next(_numbers)}-{uuid4().hex[:8]}@daengdaeng.test"
        return Account.objects.create_user(
            email, password, name=name, role=role, is_staff=role == Account.Role.OPERATOR
        )

    return make


@pytest.fixture
def customer(make_account: MakeAccount) -> Account:
    return make_account()


@pytest.fixture
def operator(make_account: MakeAccount) -> Account:
    return make_account(role=Account.Role.OPERATOR)


@pytest.fixture
def client_of() -> Callable[[Account], APIClient]:
    """A mobile client, signed in."""

    def signed_in(account: Account) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {access_token_of(account)}")
        return client

    return signed_in


@pytest.fixture
def stranger() -> APIClient:
    return APIClient()


@pytest.fixture
def redis_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis where nobody listens."""
    nowhere = connect("redis://127.0.0.1:9/0", answer_seconds=1, connect_seconds=1)
    monkeypatch.setattr(shared_redis(), "connection_pool", nowhere.connection_pool)


def access_token_of(account: Account) -> str:
    return sign_access_token(account_id=account.pk, role=account.role, session_id=None, now=timezone.now())
