"""One person, two callbacks at once: two tabs, or a phone and a page. One account is made."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.models import Account, SocialIdentity
from accounts.own_sessions.client import UNKNOWN_CLIENT
from accounts.social import services
from accounts.social.providers.vouched import Vouched

pytestmark = pytest.mark.django_db(transaction=True)
BORI = Vouched(provider="google", uid="bori", email="bori@daengdaeng.test", name="보리 언니")


@pytest.fixture
def both_find_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first look of each is over before either goes on."""
    both, looked, first_look = threading.Barrier(2), threading.local(), services._known

    def known(vouched: Vouched) -> SocialIdentity | None:
        found = first_look(vouched)
        if not hasattr(looked, "once"):
            looked.once = True
            both.wait(10)
        return found

    monkeypatch.setattr(services, "_known", known)


def at_once(*vouched: Vouched) -> list[Any]:
    ended: list[Any] = []

    def sign_in(one: Vouched) -> None:
        try:
            ended.append(services.sign_in_with(one, now=timezone.now(), client=UNKNOWN_CLIENT).account.pk)
        except Exception as error:  # looked at by the test
            ended.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sign_in, args=(one,)) for one in vouched]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return ended


@pytest.mark.usefixtures("both_find_nobody")
@pytest.mark.parametrize("email", [BORI.email, None])
def test_two_at_once_are_one_account_with_two_sessions(email: str | None) -> None:
    ended = at_once(*[BORI._replace(email=email)] * 2)

    account = Account.objects.get()
    assert ended == [account.pk, account.pk]
    assert (account.identities.count(), account.sessions.count()) == (1, 2)
    assert account.reachable_at == email


@pytest.mark.usefixtures("both_find_nobody")
def test_of_two_people_with_one_address_one_has_it_and_the_other_comes_in_without() -> None:
    ended = at_once(BORI, BORI._replace(provider="kakao", uid="of-kakao"))

    assert len(set(ended)) == 2
    assert sorted(account.reachable_at or "" for account in Account.objects.all()) == ["", BORI.email]


@pytest.fixture
def no_key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The guard, taken away: MySQL lets one identity in twice."""
    [key] = [one for one in SocialIdentity._meta.constraints if one.name == "identity_of_one_account"]
    with connection.schema_editor() as editor:
        editor.remove_constraint(SocialIdentity, key)
    yield
    SocialIdentity.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(SocialIdentity, key)


@pytest.mark.usefixtures("no_key", "both_find_nobody")
def test_without_the_unique_key_one_person_would_be_two_accounts() -> None:
    """The twin: it shows the race that the key guards against."""
    ended = at_once(*[BORI._replace(email=None)] * 2)

    assert len(set(ended)) == 2
    assert SocialIdentity.objects.filter(uid="bori").count() == 2
