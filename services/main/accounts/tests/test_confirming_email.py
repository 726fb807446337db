"""An address is somebody's when a link that went there was opened, and not before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import jwt
import pytest
from django.core import mail
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.credentials import limits
from accounts.mailed import links
from accounts.models import Account, AccountMail
from accounts.tests.conftest import PASSWORD, post_sign_in
from accounts.tests.mailed import forget_who_asked_for_mails, token_mailed_to
from config.env import env
from conftest import MakeAccount
from notifications.mails.of_accounts import send_waiting_account_mails

pytestmark = pytest.mark.django_db(transaction=True)
CONFIRM, AGAIN = "/api/v1/accounts/email-confirmations", "/api/v1/accounts/me/email/confirmation"
ASK, CHANGE = "/api/v1/accounts/me/email", "/api/v1/accounts/me/email/change"
NEW = {"email": "New.Dog@daengdaeng.test", "password": "hello-my-dog-3", "name": "새 보호자"}

ClientOf = Callable[[Account], APIClient]


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    forget_who_asked_for_mails()


def claim_of(answer: dict[str, str]) -> object:
    claims = jwt.decode(answer["access_token"], env.token_public_key, ["RS256"], audience="daengdaeng")
    return claims["email_confirmed"]


def test_who_signs_up_gets_a_link_and_whoever_opens_it_is_confirmed_in_account_and_token(stranger: APIClient) -> None:
    joined = stranger.post("/api/v1/accounts", NEW).json()
    account = Account.objects.get(pk=joined["id"])
    before = post_sign_in(stranger, account, "mobile", password=NEW["password"]).json()

    token = token_mailed_to("new.dog@daengdaeng.test")
    confirmed = stranger.post(CONFIRM, {"token": token})
    after = stranger.post("/api/v1/sessions/refresh", {"refresh_token": before["refresh_token"]}).json()

    assert (joined["email_confirmed"], claim_of(before)) == (False, False)
    assert (confirmed.status_code, confirmed.json()) == (200, {"email": account.email, "email_confirmed": True})
    assert (after["account"]["email_confirmed"], claim_of(after)) == (True, True)
    assert f"{env.public_origin}/confirm-email#{token}" in mail.outbox[-1].body


def test_a_sign_up_that_is_refused_writes_to_nobody(stranger: APIClient) -> None:
    stranger.post("/api/v1/accounts", NEW)
    for refused in (NEW, {**NEW, "email": "other@daengdaeng.test", "password": "short"}):
        assert stranger.post("/api/v1/accounts", refused).status_code in {409, 422}

    assert AccountMail.objects.count() == 1


def test_a_link_works_once(stranger: APIClient) -> None:
    stranger.post("/api/v1/accounts", NEW)
    token = token_mailed_to("new.dog@daengdaeng.test")

    answers = [stranger.post(CONFIRM, {"token": token}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 410]
    assert answers[1].json()["code"] == "unfit-link"


@pytest.mark.parametrize(
    "spoil",
    [lambda token: token[:-1] + "x", lambda token: "x" + token, lambda _: "", lambda _: "a:b:c", lambda _: "가"],
)
def test_a_link_that_is_not_ours_confirms_nothing(
    stranger: APIClient, member: Account, spoil: Callable[[str], str]
) -> None:
    token = links.token_for(links.Act.CONFIRM_EMAIL, member, address=member.email)

    assert stranger.post(CONFIRM, {"token": spoil(token)}).status_code in {410, 422}

    member.refresh_from_db()
    assert not member.email_confirmed


def test_a_link_is_good_for_its_own_act_and_its_own_time(
    stranger: APIClient, member: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for_another_act = links.token_for(links.Act.RESET_PASSWORD, member, address=member.email)
    old = links.token_for(links.Act.CONFIRM_EMAIL, member, address=member.email)
    monkeypatch.setitem(links.GOOD_FOR, links.Act.CONFIRM_EMAIL, timedelta(seconds=-1))

    for token in (for_another_act, old):
        assert stranger.post(CONFIRM, {"token": token}).status_code == 410


def test_the_mail_can_be_had_again_but_not_without_end(member: Account, client_of: ClientOf) -> None:
    asked = [client_of(member).post(AGAIN, {}) for _ in range(limits.MAILS_TO_ADDRESS + 1)]

    assert [answer.status_code for answer in asked] == [202] * limits.MAILS_TO_ADDRESS + [429]
    assert asked[-1].json()["code"] == "too-many-attempts"
    assert AccountMail.objects.filter(kind="confirm-email").count() == limits.MAILS_TO_ADDRESS


def test_who_is_confirmed_is_not_written_to_again(member: Account, client_of: ClientOf, stranger: APIClient) -> None:
    client_of(member).post(AGAIN, {})
    stranger.post(CONFIRM, {"token": token_mailed_to(member.email)})

    again = client_of(member).post(AGAIN, {})

    assert (again.status_code, again.json()["code"]) == (409, "email-is-confirmed")


def test_another_address_is_ones_own_when_its_link_is_opened_and_the_old_one_is_written_to(
    member: Account, client_of: ClientOf
) -> None:
    client, old = client_of(member), member.email

    asked = client.post(ASK, {"email": "MOVED@daengdaeng.test", "password": PASSWORD})
    meanwhile = client.get("/api/v1/accounts/me").json()["email"]
    changed = client.post(CHANGE, {"token": token_mailed_to("moved@daengdaeng.test")})
    send_waiting_account_mails(now=timezone.now())

    assert (asked.status_code, meanwhile, changed.status_code) == (202, old, 200)
    assert (changed.json()["email"], changed.json()["email_confirmed"]) == ("moved@daengdaeng.test", True)
    assert mail.outbox[-1].to == [old]
    assert "moved" not in mail.outbox[-1].body


def test_whoever_gets_the_mail_of_a_mistyped_address_does_not_get_the_account(
    member: Account, make_account: MakeAccount, client_of: ClientOf, stranger: APIClient
) -> None:
    client_of(member).post(ASK, {"email": "mistyped@daengdaeng.test", "password": PASSWORD})
    token = token_mailed_to("mistyped@daengdaeng.test")

    by_a_stranger = stranger.post(CHANGE, {"token": token})
    by_another = client_of(make_account()).post(CHANGE, {"token": token})

    assert (by_a_stranger.status_code, by_another.status_code) == (401, 410)
    assert Account.objects.filter(email=member.email).exists()


def test_of_two_addresses_that_were_asked_for_the_first_opened_counts(member: Account, client_of: ClientOf) -> None:
    client, tokens = client_of(member), []
    for address in ("one@daengdaeng.test", "two@daengdaeng.test"):
        client.post(ASK, {"email": address, "password": PASSWORD})
        tokens.append(token_mailed_to(address))

    assert [client.post(CHANGE, {"token": token}).status_code for token in reversed(tokens)] == [200, 410]


def test_an_address_that_somebody_has_is_not_given_to_another(
    member: Account, make_account: MakeAccount, client_of: ClientOf
) -> None:
    client = client_of(member)
    client.post(ASK, {"email": "wanted@daengdaeng.test", "password": PASSWORD})
    token = token_mailed_to("wanted@daengdaeng.test")
    other = make_account()
    Account.objects.filter(pk=other.pk).update(email="wanted@daengdaeng.test")

    asked = client.post(ASK, {"email": "Wanted@daengdaeng.test", "password": PASSWORD})
    opened = client.post(CHANGE, {"token": token})

    assert [(one.status_code, one.json()["code"]) for one in (asked, opened)] == [(409, "email-taken")] * 2


def test_a_session_alone_changes_no_address_and_guesses_are_counted_as_at_the_sign_in(
    member: Account, client_of: ClientOf
) -> None:
    client = client_of(member)
    client.defaults["REMOTE_ADDR"] = "203.0.113.91"

    statuses = [client.post(ASK, {"email": "x@daengdaeng.test", "password": "guess"}).status_code for _ in range(11)]

    assert statuses == [403] * 10 + [429]
    assert not AccountMail.objects.exists()
