"""Staying signed in: each refresh token is good once, and one that comes again ends the session."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import jwt
import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.errors import InvalidRefreshToken
from accounts.models import Account, RefreshToken, Session
from accounts.services import LOST_ANSWER_GRACE, SESSION_MAX_AGE, SignedIn, refresh_session, sign_in
from accounts.tests.conftest import PASSWORD, post_sign_in
from conftest import MakeAccount
from salon_contracts.http.problem import Problem


def test_each_refresh_token_is_good_once(stranger: APIClient, member: Account) -> None:
    first = post_sign_in(stranger, member, "mobile").json()["refresh_token"]

    second = stranger.post("/api/v1/sessions/refresh", {"refresh_token": first})
    third = stranger.post("/api/v1/sessions/refresh", {"refresh_token": second.json()["refresh_token"]})

    assert (second.status_code, third.status_code) == (200, 200)
    assert len({first, second.json()["refresh_token"], third.json()["refresh_token"]}) == 3


def test_a_spent_refresh_token_ends_the_whole_session(stranger: APIClient, member: Account) -> None:
    first = post_sign_in(stranger, member, "mobile").json()["refresh_token"]
    newest = stranger.post("/api/v1/sessions/refresh", {"refresh_token": first}).json()["refresh_token"]
    _long_after(member)

    stolen = stranger.post("/api/v1/sessions/refresh", {"refresh_token": first})

    assert (stolen.status_code, stolen.json()["code"]) == (401, "invalid-refresh-token")
    assert stranger.post("/api/v1/sessions/refresh", {"refresh_token": newest}).status_code == 401
    assert Session.objects.get(account=member).ended_at is not None


def test_an_expired_refresh_token_is_refused(member: Account) -> None:
    long_ago = timezone.now() - timedelta(days=31)
    old = sign_in(email=member.email, password=PASSWORD, now=long_ago)

    with pytest.raises(InvalidRefreshToken):
        refresh_session(refresh_token=old.refresh_token, now=timezone.now())


def test_refresh_tokens_are_kept_as_digests_only(member: Account) -> None:
    signed_in = sign_in(email=member.email, password=PASSWORD, now=timezone.now())

    kept = RefreshToken.objects.get(session__account=member)

    assert signed_in.refresh_token not in kept.digest


def _long_after(account: Account) -> None:
    """What was spent was spent more than a lost answer ago."""
    RefreshToken.objects.filter(session__account=account).exclude(spent_at=None).update(
        spent_at=timezone.now() - LOST_ANSWER_GRACE - timedelta(seconds=1)
    )


def test_a_refresh_whose_answer_was_lost_gets_it_again(stranger: APIClient, member: Account) -> None:
    first = post_sign_in(stranger, member, "mobile").json()["refresh_token"]
    lost = stranger.post("/api/v1/sessions/refresh", {"refresh_token": first}).json()["refresh_token"]

    again = stranger.post("/api/v1/sessions/refresh", {"refresh_token": first})

    assert (again.status_code, again.json()["refresh_token"]) == (200, lost)
    assert stranger.post("/api/v1/sessions/refresh", {"refresh_token": lost}).status_code == 200
    assert Session.objects.get(account=member).ended_at is None


@pytest.mark.django_db(transaction=True)
def test_tabs_that_refresh_at_once_all_go_on_with_one_next_token(make_account: MakeAccount) -> None:
    account = make_account(password=PASSWORD)
    token = sign_in(email=account.email, password=PASSWORD, now=timezone.now()).refresh_token

    outcomes = _at_once(8, lambda: refresh_session(refresh_token=token, now=timezone.now()))

    following = {outcome.refresh_token for outcome in outcomes if isinstance(outcome, SignedIn)}
    assert (len(outcomes), len(following)) == (8, 1)
    assert RefreshToken.objects.filter(session__account=account, spent_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_present_a_token_spent_long_ago_nobody_goes_on(make_account: MakeAccount) -> None:
    account = make_account(password=PASSWORD)
    token = sign_in(email=account.email, password=PASSWORD, now=timezone.now()).refresh_token
    refresh_session(refresh_token=token, now=timezone.now())
    _long_after(account)

    outcomes = _at_once(8, lambda: refresh_session(refresh_token=token, now=timezone.now()))

    assert all(isinstance(outcome, InvalidRefreshToken) for outcome in outcomes)
    assert Session.objects.get(account=account).ended_at is not None


def test_a_session_has_an_age_at_which_it_ends_however_busy_it_is(member: Account) -> None:
    began = timezone.now()
    token = sign_in(email=member.email, password=PASSWORD, now=began).refresh_token
    for days in range(20, SESSION_MAX_AGE.days, 20):
        token = refresh_session(refresh_token=token, now=began + timedelta(days=days)).refresh_token
    last = refresh_session(refresh_token=token, now=began + SESSION_MAX_AGE - timedelta(seconds=60))

    claims = jwt.decode(last.access_token, options={"verify_signature": False})
    assert claims["exp"] <= (began + SESSION_MAX_AGE).timestamp()
    with pytest.raises(InvalidRefreshToken):
        refresh_session(refresh_token=last.refresh_token, now=began + SESSION_MAX_AGE)


def _at_once(times: int, act: Callable[[], object]) -> list[object]:
    barrier = threading.Barrier(times)
    outcomes: list[object] = []

    def run() -> None:
        barrier.wait()
        try:
            outcomes.append(act())
        except Problem as problem:
            outcomes.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
