"""Whatever takes an account's power away ends its sessions, and every process hears of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import services
from accounts.errors import WrongCredentials
from accounts.models import Account, RefreshToken, Session
from accounts.services import refresh_session, sign_in
from accounts.sessions.clearing import clear_what_is_over
from accounts.sessions.ended_stream import EndedStream, publish
from accounts.sessions.session_watch import SessionWatch
from api.callers.ended_sessions import EndedSessions, ended_sessions
from conftest import MakeAccount
from salon_contracts.stores.ended_sessions import ENDED_SESSIONS, EndedSession
from serving.redis import shared_redis

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "korong-korong-7"
ME = "/api/v1/accounts/me"


@pytest.fixture
def member(make_account: MakeAccount) -> Account:
    return make_account(password=PASSWORD)


def _phone(account: Account) -> APIClient:
    signed_in = sign_in(email=account.email, password=PASSWORD, now=timezone.now())
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {signed_in.access_token}")
    assert client.get(ME).status_code == 200
    return client


def _set(account: Account, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(account, name, value)
    account.save()


def _new_password(account: Account) -> None:
    account.set_password("another-one-8")
    account.save(update_fields=["password"])


def _by_command(account: Account) -> None:
    with patch("getpass.getpass", return_value="another-one-8"):
        call_command("changepassword", account.email, stdout=StringIO())


@pytest.mark.parametrize(
    "act",
    [
        _new_password,
        _by_command,
        lambda account: _set(account, role=Account.Role.GROOMER),
        lambda account: _set(account, is_active=False),
        lambda account: Account.objects.filter(pk=account.pk).update(is_active=False),
        lambda account: Account.objects.filter(pk=account.pk).update(role="operator"),
        lambda account: Account.objects.bulk_update([Account(pk=account.pk, role="groomer")], ["role"]),
        lambda account: account.delete(),
        lambda account: Account.objects.filter(pk=account.pk).delete(),
    ],
)
def test_whatever_takes_power_away_ends_the_sessions_at_once(member: Account, act: Callable[[Account], object]) -> None:
    phone, tablet = _phone(member), _phone(member)

    act(member)

    for client in (phone, tablet):
        assert (client.get(ME).status_code, client.get(ME).json()["code"]) == (401, "invalid-token")


@pytest.mark.parametrize(
    "act",
    [
        lambda account: _set(account, name="다른 이름"),
        lambda account: _set(account, last_login=timezone.now()),
        lambda account: Account.objects.filter(pk=account.pk).update(name="다른 이름"),
        lambda account: account.save(),
    ],
)
def test_another_name_ends_nothing(member: Account, act: Callable[[Account], object]) -> None:
    phone = _phone(member)

    act(member)

    assert phone.get(ME).status_code == 200


def test_the_admins_own_sessions_end_too_and_do_not_come_back(make_account: MakeAccount) -> None:
    operator = make_account(role=Account.Role.OPERATOR, password=PASSWORD)
    client = Client()
    client.post("/admin/login/?next=/admin/", {"username": operator.email, "password": PASSWORD})
    assert client.get("/admin/").status_code == 200

    _set(operator, is_active=False)
    _set(operator, is_active=True)

    assert client.get("/admin/").status_code == 302


def test_an_operator_who_changes_a_role_in_the_admin_ends_the_sessions(
    make_account: MakeAccount, member: Account
) -> None:
    operator = make_account(role=Account.Role.OPERATOR, password=PASSWORD)
    browser, phone = Client(), _phone(member)
    browser.post("/admin/login/?next=/admin/", {"username": operator.email, "password": PASSWORD})

    answer = browser.post(
        f"/admin/accounts/account/{member.pk}/change/",
        {"email": member.email, "name": member.name, "role": "groomer", "is_active": "on"},
    )

    assert answer.status_code == 302
    assert phone.get(ME).status_code == 401


def test_signing_out_ends_the_access_token_too(member: Account) -> None:
    phone = _phone(member)

    assert phone.delete("/api/v1/sessions").status_code == 204

    assert phone.get(ME).status_code == 401


def test_a_session_that_began_with_the_old_password_meanwhile_does_not_begin(member: Account) -> None:
    def changed_meanwhile(password: str, encoded: str) -> bool:
        _new_password(Account.objects.get(pk=member.pk))
        return True

    with patch.object(services, "check_password", changed_meanwhile), pytest.raises(WrongCredentials):
        sign_in(email=member.email, password=PASSWORD, now=timezone.now())

    assert not Session.objects.filter(account=member, ended_at=None).exists()


def _watch() -> SessionWatch:
    return SessionWatch(on_death=lambda name: None)


def _end_unheard(account: Account) -> EndedSession:
    """As another main does: the row is written, and this process is not told."""
    session = Session.objects.create(account=account, started_at=timezone.now(), ended_at=timezone.now())
    return EndedSession(session_id=session.pk, account_id=account.pk)


def test_what_another_process_published_is_heard(member: Account) -> None:
    watch = _watch()
    elsewhere = EndedSession(session_id=uuid4(), account_id=member.pk)
    publish(shared_redis(), [elsewhere])

    watch.step()

    assert elsewhere.session_id in ended_sessions


def test_what_redis_does_not_know_is_learned_from_mysql_and_published(member: Account) -> None:
    ended = _end_unheard(member)

    _watch().step()

    assert ended.session_id in ended_sessions
    assert ended in EndedStream().read(shared_redis())


def test_a_redis_that_lost_the_stream_gets_it_again(member: Account) -> None:
    ended, watch = _end_unheard(member), _watch()
    watch.step()
    redis = shared_redis()
    redis.delete(ENDED_SESSIONS)

    watch._compare()

    assert ended in EndedStream().read(redis)
    watch.step()
    watch._compare()
    assert EndedStream().read(redis).count(ended) == 1, "what is known is not published again"


@pytest.mark.usefixtures("redis_is_down")
def test_without_redis_a_session_ends_all_the_same(member: Account) -> None:
    phone, elsewhere = _phone(member), _end_unheard(member)

    assert phone.delete("/api/v1/sessions").status_code == 204
    _watch().step()

    assert phone.get(ME).status_code == 401
    assert elsewhere.session_id in ended_sessions


def test_listeners_hear_of_each_end_once_and_old_ones_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    known, received = EndedSessions(), list[EndedSession]()
    known.on_end(received.append)
    ended = EndedSession(session_id=uuid4(), account_id=7)

    known.note([ended])
    known.note([ended])

    assert received == [ended]
    later = time.monotonic() + 3600
    monkeypatch.setattr(time, "monotonic", lambda: later)
    known.note([EndedSession(session_id=uuid4(), account_id=7)])
    assert ended.session_id not in known


def test_rows_that_are_over_are_deleted_and_live_ones_stay(member: Account) -> None:
    now = timezone.now()
    live = sign_in(email=member.email, password=PASSWORD, now=now - timedelta(days=3))
    live = refresh_session(refresh_token=live.refresh_token, now=now - timedelta(days=2))
    sign_in(email=member.email, password=PASSWORD, now=now - timedelta(days=40))
    sign_in(email=member.email, password=PASSWORD, now=now - timedelta(days=3))
    ended = Session.objects.create(account=member, started_at=now - timedelta(days=9), ended_at=now - timedelta(days=2))

    clear_what_is_over(now=now)

    assert not Session.objects.filter(pk=ended.pk).exists()
    assert Session.objects.filter(account=member).count() == 2
    assert not RefreshToken.objects.exclude(spent_at=None).exists()
    assert refresh_session(refresh_token=live.refresh_token, now=now).account == member
