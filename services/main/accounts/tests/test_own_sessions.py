"""Where one is signed in, in words one knows again, and ending what is not wanted any more."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account, RefreshToken, Session
from accounts.own_sessions.client import device_words, masked
from accounts.tests.conftest import PASSWORD, post_sign_in
from api.callers.ended_sessions import ended_sessions
from conftest import MakeAccount, access_token_of

pytestmark = pytest.mark.django_db(transaction=True)
MINE, ME = "/api/v1/accounts/me/sessions", "/api/v1/accounts/me"
ON_A_PHONE = (
    "Mozilla/5.0 (Linux; Android 14; SM-S921N) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 "
    "Chrome/121.0.0.0 Mobile Safari/537.36"
)


def signed_in(account: Account, **extra: str) -> tuple[APIClient, dict[str, str]]:
    client = APIClient()
    client.defaults.update(extra)
    tokens = post_sign_in(client, account, "mobile").json()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access_token']}")
    return client, tokens


def test_the_list_says_which_device_from_about_where_and_which_one_asks(member: Account) -> None:
    signed_in(member, HTTP_USER_AGENT=ON_A_PHONE, REMOTE_ADDR="203.0.113.7")
    here, _ = signed_in(member, REMOTE_ADDR="198.51.100.4")

    latest, first = here.get(MINE).json()["items"]

    assert (first["device"], first["network"], first["client"]) == ("Samsung Internet, Android", "203.0.*.*", "mobile")
    assert (first["is_this_one"], latest["is_this_one"]) == (False, True)
    assert latest["network"] == "198.51.*.*"


def test_no_row_has_the_whole_address_or_what_the_browser_said_of_itself(member: Account) -> None:
    signed_in(member, HTTP_USER_AGENT=ON_A_PHONE, REMOTE_ADDR="203.0.113.7")

    row = Session.objects.filter(account=member).values().get()

    assert not [value for value in row.values() if "203.0.113" in str(value) or "SM-S921N" in str(value)]


def test_a_refresh_is_a_use_and_tells_from_where(member: Account) -> None:
    here, tokens = signed_in(member, REMOTE_ADDR="203.0.113.7")
    Session.objects.update(used_at=timezone.now() - timedelta(days=3))
    before = here.get(MINE).json()["items"][0]["last_used_at"]

    APIClient().post(
        "/api/v1/sessions/refresh", {"refresh_token": tokens["refresh_token"]}, REMOTE_ADDR="2001:db8:1:2::9"
    )

    after = here.get(MINE).json()["items"][0]
    assert after["last_used_at"] > before
    assert (after["network"], after["client"]) == ("2001:db8:*", "mobile")


def test_what_ended_or_can_be_refreshed_no_more_is_not_in_the_list(member: Account) -> None:
    here, _ = signed_in(member)
    for _ in range(2):
        signed_in(member)
    over, run_out = Session.objects.filter(account=member).order_by("started_at")[1:]
    Session.objects.filter(pk=over.pk).end(now=timezone.now())
    RefreshToken.objects.filter(session=run_out).update(expires_at=timezone.now())

    assert [one["is_this_one"] for one in here.get(MINE).json()["items"]] == [True]


def test_the_list_has_pages(member: Account) -> None:
    here, _ = signed_in(member)
    for _ in range(2):
        signed_in(member)

    first = here.get(f"{MINE}?limit=2").json()
    second = here.get(f"{MINE}?limit=2&cursor={first['next']}").json()

    assert len({one["id"] for one in first["items"] + second["items"]}) == 3
    assert second["next"] is None


def test_one_is_ended_and_it_alone(member: Account) -> None:
    here, _ = signed_in(member)
    lost, tokens = signed_in(member)
    theirs = next(one["id"] for one in here.get(MINE).json()["items"] if not one["is_this_one"])

    answers = [here.delete(f"{MINE}/{theirs}").status_code for _ in range(2)]

    assert answers == [204, 404]
    assert (here.get(ME).status_code, lost.get(ME).status_code) == (200, 401)
    again = APIClient().post("/api/v1/sessions/refresh", {"refresh_token": tokens["refresh_token"]})
    assert again.status_code == 401


def test_all_others_are_ended_and_whoever_holds_sockets_of_them_hears_of_each(member: Account) -> None:
    here, _ = signed_in(member)
    others = [signed_in(member)[0] for _ in range(2)]
    ended = Session.objects.filter(account=member).order_by("started_at")[1:]

    assert here.delete(MINE).status_code == 204

    assert [client.get(ME).status_code for client in (here, *others)] == [200, 401, 401]
    assert all(session.pk in ended_sessions for session in ended)


def test_nobody_ends_anothers(member: Account, make_account: MakeAccount) -> None:
    here, _ = signed_in(member)
    session = Session.objects.get(account=member)
    other = make_account(password=PASSWORD)
    thief, _ = signed_in(other)

    assert thief.delete(f"{MINE}/{session.pk}").status_code == 404
    assert thief.delete(f"{MINE}/{uuid4()}").status_code == 404
    assert thief.delete(MINE).status_code == 204

    assert here.get(ME).status_code == 200
    assert str(session.pk) not in str(thief.get(MINE).json())


def test_a_token_without_a_session_sees_them_and_is_none_of_them(member: Account) -> None:
    signed_in(member)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access_token_of(member)}")

    assert [one["is_this_one"] for one in client.get(MINE).json()["items"]] == [False]
    assert client.delete(MINE).status_code == 204
    assert client.get(MINE).json()["items"] == []


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/121 Mobile Safari/537.36 KAKAOTALK 10.4.5", "KakaoTalk, Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox, Linux"),
        ("DaengDaeng/1.2 (Android 14)", "Android"),
        ("curl/8.5.0", ""),
        ("", ""),
        ("\u202e<script>" * 1000, ""),
    ],
)
def test_a_device_is_named_in_our_words_only(user_agent: str, words: str) -> None:
    assert device_words(user_agent) == words


@pytest.mark.parametrize(
    ("network", "shown"),
    [("203.0.113.7", "203.0.*.*"), ("2001:db8:1:2::/64", "2001:db8:*"), ("::/64", "0:0:*"), ("unknown", "")],
)
def test_of_a_network_a_part_is_shown(network: str, shown: str) -> None:
    assert masked(network) == shown
