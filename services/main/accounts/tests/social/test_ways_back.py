"""Whoever got into an account does not come back after its owner has taken it, and its owner is written to.

Ways in are a password, a session and a connected provider; of each act the table says which are left.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.mailed import links
from accounts.models import Account, SocialIdentity
from accounts.services import begin_session
from accounts.social import services
from accounts.tests.conftest import PASSWORD, post_sign_in
from accounts.tests.mailed import subjects_to
from accounts.tests.social.conftest import Browser, Providers, somebody
from conftest import MakeAccount
from notifications.mails.of_accounts import send_waiting_account_mails

pytestmark = pytest.mark.django_db(transaction=True)
ME, NEXT = "/api/v1/accounts/me", "boriwa-sanchaek-8"
Act = Callable[[Account, APIClient], None]


@pytest.fixture
def owner(make_account: MakeAccount) -> Account:
    account = make_account(password=PASSWORD)
    Account.objects.filter(pk=account.pk).update(email_confirmed_at=account.created_at)
    account.refresh_from_db()
    return account


def signed_in(account: Account) -> APIClient:
    client = Browser()
    assert post_sign_in(client, account, "browser").status_code == 201
    return client


def connects(client: APIClient, at: Providers, person: dict[str, str]) -> None:
    token = at["google"].id_token(person)
    answer = client.post(f"{ME}/identities/google", {"id_token": token, "password": PASSWORD})
    assert answer.status_code == 201


def sets_password_by_link(account: Account, client: APIClient) -> None:
    token = links.token_for(links.Act.RESET_PASSWORD, account, address=account.email)
    answer = APIClient().post("/api/v1/accounts/new-passwords", {"token": token, "password": NEXT})
    assert answer.json() == {"disconnected": ["google"]}


def gets_password_from_an_operator(account: Account, client: APIClient) -> None:
    """The admin's form, and `manage.py changepassword`."""
    account.set_password(NEXT)
    account.save()


def gets_password_by_a_statement(account: Account, client: APIClient) -> None:
    account.set_password(NEXT)
    Account.objects.filter(pk=account.pk).update(password=account.password)


def disconnects(account: Account, client: APIClient) -> None:
    assert client.delete(f"{ME}/identities/google").status_code == 204


TAKEN_BACK = [
    sets_password_by_link,
    gets_password_from_an_operator,
    gets_password_by_a_statement,
    disconnects,
]


@pytest.mark.parametrize("act", TAKEN_BACK)
def test_a_thief_who_connected_a_provider_is_out_when_the_owner_acts(at: Providers, owner: Account, act: Act) -> None:
    thief, thief_at_google, person = signed_in(owner), Browser(), somebody("google")
    connects(thief, at, person)
    thief_at_google.sign_in(at["google"], "google", person)
    assert thief_at_google.get(ME).json()["id"] == owner.pk

    act(owner, signed_in(owner))

    assert [one.get(ME).status_code for one in (thief, thief_at_google)] == [401, 401]
    again = Browser()
    again.sign_in(at["google"], "google", person)
    assert again.get(ME).json()["id"] != owner.pk


def test_who_disconnects_goes_on_here(at: Providers, owner: Account) -> None:
    here = signed_in(owner)
    connects(here, at, somebody("google"))

    disconnects(owner, here)

    assert here.get(ME).status_code == 200


def test_a_new_password_by_the_present_one_keeps_what_is_connected(at: Providers, owner: Account) -> None:
    here = signed_in(owner)
    connects(here, at, somebody("google"))

    assert here.post(f"{ME}/password", {"password": PASSWORD, "new_password": NEXT}).status_code == 204

    assert SocialIdentity.objects.filter(account=owner).count() == 1


def test_a_sign_in_under_way_does_not_come_through_a_provider_that_is_disconnected_meanwhile(
    at: Providers, owner: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, elsewhere, person = signed_in(owner), Browser(), somebody("google")
    connects(here, at, person)
    begin = begin_session

    def after_the_disconnection(*args: object, **facts: object) -> object:
        disconnects(owner, here)
        return begin(*args, **facts)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(services, "begin_session", after_the_disconnection)
    answer = elsewhere.sign_in(at["google"], "google", person)

    assert "problem=unproved-identity" in answer["Location"]
    assert elsewhere.get(ME).status_code == 401


def test_the_owner_is_written_to_when_a_provider_is_connected_and_when_it_goes(at: Providers, owner: Account) -> None:
    here, person = signed_in(owner), somebody("google")

    for _ in range(2):  # the same again is no news
        connects(here, at, person)
    disconnects(owner, here)

    assert subjects_to(owner.email) == [
        "[댕댕살롱] Google 로그인이 연결됐어요",
        "[댕댕살롱] Google 로그인 연결이 끊겼어요",
    ]
    assert all("직접" in str(one.body) for one in mail.outbox)


def test_the_mail_about_a_new_password_says_that_providers_are_disconnected(at: Providers, owner: Account) -> None:
    connects(signed_in(owner), at, somebody("google"))

    sets_password_by_link(owner, APIClient())

    assert subjects_to(owner.email)[-1] == "[댕댕살롱] 비밀번호를 새로 정했어요"
    assert "모두 끊었어요" in str(mail.outbox[-1].body)


def test_a_customer_who_came_without_an_address_is_written_nothing(at: Providers, browser: Browser) -> None:
    browser.sign_in(at["kakao"], "kakao", somebody("kakao"))

    token = at["google"].id_token(somebody("google"))
    assert browser.post(f"{ME}/identities/google", {"id_token": token}).status_code == 201
    assert browser.delete(f"{ME}/identities/kakao").status_code == 204

    assert send_waiting_account_mails(now=timezone.now()) == 0
