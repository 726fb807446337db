"""A new password: by the present one, or by a link that was mailed; and what ends with the old one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.credentials import limits
from accounts.errors import UnfitLink
from accounts.mailed import links
from accounts.models import Account, AccountMail, Session
from accounts.new_passwords.services import set_new_password
from accounts.tests.conftest import PASSWORD, post_sign_in
from accounts.tests.mailed import forget_who_asked_for_mails, subjects_to, token_mailed_to

pytestmark = pytest.mark.django_db(transaction=True)
MINE, ASK, SET = "/api/v1/accounts/me/password", "/api/v1/accounts/password-resets", "/api/v1/accounts/new-passwords"
ME, NEXT = "/api/v1/accounts/me", "boriwa-sanchaek-8"


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    forget_who_asked_for_mails()


def phone_of(account: Account) -> APIClient:
    client = APIClient()
    tokens = post_sign_in(client, account, "mobile").json()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access_token']}")
    return client


def signs_in(account: Account, password: str) -> bool:
    return bool(post_sign_in(APIClient(), account, "mobile", password=password).status_code == 201)


def test_who_knows_the_present_password_changes_it_and_only_this_session_goes_on(member: Account) -> None:
    here, elsewhere = phone_of(member), phone_of(member)

    changed = here.post(MINE, {"password": PASSWORD, "new_password": NEXT})

    assert changed.status_code == 204
    assert (here.get(ME).status_code, elsewhere.get(ME).status_code) == (200, 401)
    assert (signs_in(member, PASSWORD), signs_in(member, NEXT)) == (False, True)
    assert subjects_to(member.email) == ["[댕댕살롱] 비밀번호가 바뀌었어요"]


def test_a_session_that_goes_on_is_refreshed_and_one_that_ended_is_not(member: Account) -> None:
    clients = [(APIClient(), post_sign_in(APIClient(), member, "mobile").json()) for _ in range(2)]
    (_, here), (_, elsewhere) = clients
    headers = {"Authorization": f"Bearer {here['access_token']}"}

    APIClient().post(MINE, {"password": PASSWORD, "new_password": NEXT}, headers=headers)

    statuses = [
        APIClient().post("/api/v1/sessions/refresh", {"refresh_token": one["refresh_token"]}).status_code
        for one in (here, elsewhere)
    ]
    assert statuses == [200, 401]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"password": "guess", "new_password": NEXT}, 403, "wrong-password"),
        ({"password": PASSWORD, "new_password": "short"}, 422, "invalid-input"),
        ({"password": PASSWORD}, 422, "invalid-input"),
    ],
)
def test_without_it_or_for_a_weak_one_everything_stays(
    member: Account, body: dict[str, str], status: int, code: str
) -> None:
    client = phone_of(member)

    refused = client.post(MINE, body)

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert code != "invalid-input" or refused.json()["errors"][0]["field"] == "new_password"
    assert client.get(ME).status_code == 200
    assert signs_in(member, PASSWORD)


def test_guesses_at_the_present_password_are_counted_as_at_the_sign_in(member: Account) -> None:
    client = phone_of(member)
    client.defaults["REMOTE_ADDR"] = "203.0.113.92"

    guesses = [client.post(MINE, {"password": "guess", "new_password": NEXT}).status_code for _ in range(11)]

    assert guesses == [403] * 10 + [429]


def test_a_link_sets_a_new_password_ends_every_session_and_confirms_the_address(member: Account) -> None:
    client = phone_of(member)

    asked = APIClient().post(ASK, {"email": member.email.upper()})
    done = APIClient().post(SET, {"token": token_mailed_to(member.email), "password": NEXT})

    assert (asked.status_code, done.status_code, done.json()) == (202, 200, {"disconnected": []})
    assert client.get(ME).status_code == 401
    assert not Session.objects.filter(account=member, ended_at=None).exists()
    assert (signs_in(member, PASSWORD), signs_in(member, NEXT)) == (False, True)
    member.refresh_from_db()
    assert member.email_confirmed
    assert subjects_to(member.email)[-1] == "[댕댕살롱] 비밀번호를 새로 정했어요"


def test_the_answer_and_the_work_are_the_same_whether_or_not_anybody_has_the_address(
    member: Account, django_assert_num_queries: Callable[..., AbstractContextManager[object]]
) -> None:
    answers, rows = [], []
    for address in (member.email, f"not-{member.email}"):
        with django_assert_num_queries(1):  # and no look at the accounts
            answers.append(APIClient().post(ASK, {"email": address}))
        rows.append(AccountMail.objects.get(address=address))

    assert [(answer.status_code, answer.content) for answer in answers] == [(202, b"")] * 2
    assert {(row.kind, row.about_account) for row in rows} == {("reset-password", None)}


def test_who_is_not_there_and_who_was_shut_out_get_no_link(member: Account) -> None:
    Account.objects.filter(pk=member.pk).update(is_active=False)

    for address in (member.email, "nobody@daengdaeng.test"):
        APIClient().post(ASK, {"email": address})

    assert subjects_to(member.email) == subjects_to("nobody@daengdaeng.test") == []


def test_one_address_is_not_written_to_without_end_whoever_asks_and_whether_or_not_it_is_there(member: Account) -> None:
    for address in (member.email, "nobody-at-all@daengdaeng.test"):
        networks = [f"198.51.100.{number}" for number in range(limits.MAILS_TO_ADDRESS + 1)]
        statuses = [APIClient().post(ASK, {"email": address}, REMOTE_ADDR=one).status_code for one in networks]

        assert statuses == [202] * limits.MAILS_TO_ADDRESS + [429]


def test_one_network_does_not_ask_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAILS_FROM_NETWORK", 3)

    asked = [
        APIClient().post(ASK, {"email": f"p{number}@daengdaeng.test"}, REMOTE_ADDR="203.0.113.93").status_code
        for number in range(4)
    ]

    assert asked == [202] * 3 + [429]


def test_a_link_sets_one_password_only(member: Account) -> None:
    tokens = []
    for _ in range(2):
        APIClient().post(ASK, {"email": member.email})
        tokens.append(token_mailed_to(member.email))

    statuses = [APIClient().post(SET, {"token": token, "password": NEXT}).status_code for token in [*tokens, tokens[0]]]

    assert statuses == [200, 410, 410]


def test_a_weak_password_leaves_the_link_as_it_was(member: Account) -> None:
    APIClient().post(ASK, {"email": member.email})
    token = token_mailed_to(member.email)

    statuses = [
        APIClient().post(SET, {"token": token, "password": password}).status_code for password in ("short", NEXT)
    ]

    assert statuses == [422, 200]


def test_a_link_from_before_a_change_of_password_or_address_sets_none(member: Account) -> None:
    by_password = links.token_for(links.Act.RESET_PASSWORD, member, address=member.email)
    member.set_password(NEXT)
    member.save()
    by_address = links.token_for(links.Act.RESET_PASSWORD, member, address=member.email)
    member.email = f"moved-{member.email}"
    member.save()

    for token in (by_password, by_address):
        assert APIClient().post(SET, {"token": token, "password": "another-korong-9"}).status_code == 410
    assert signs_in(member, NEXT)


def test_of_two_who_open_one_link_at_once_one_sets_the_password(member: Account) -> None:
    token = links.token_for(links.Act.RESET_PASSWORD, member, address=member.email)
    outcomes: list[str] = []
    both = threading.Barrier(2)

    def use(password: str) -> None:
        both.wait(10)
        try:
            set_new_password(token=token, password=password, now=timezone.now())
            outcomes.append(password)
        except UnfitLink:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=use, args=(f"{NEXT}-{number}",)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes)[-1] == "refused"
    assert signs_in(member, sorted(outcomes)[0])
