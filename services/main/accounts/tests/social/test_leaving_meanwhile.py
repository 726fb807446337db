"""An account that is deleted while somebody signs in to it: nothing of that sign-in stays, whichever way they came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import services
from accounts.leaving.services import delete_account
from accounts.models import Account, RefreshToken, SignInOrigin, SocialIdentity
from accounts.social import services as social_services
from accounts.tests.conftest import PASSWORD, post_sign_in
from accounts.tests.social.conftest import Browser, Providers, connected, somebody
from conftest import MakeAccount

pytestmark = pytest.mark.django_db(transaction=True)
WayIn = Callable[[Providers, Account, dict[str, Any]], Any]


def by_password(at: Providers, account: Account, person: dict[str, Any]) -> Any:
    return post_sign_in(APIClient(), account, "mobile")


def by_provider_in_an_app(at: Providers, account: Account, person: dict[str, Any]) -> Any:
    return APIClient().post("/api/v1/sessions/google", {"id_token": at["google"].id_token(person)})


def by_provider_in_a_browser(at: Providers, account: Account, person: dict[str, Any]) -> Any:
    return Browser().sign_in(at["google"], "google", person)


@pytest.mark.parametrize("way_in", [by_password, by_provider_in_an_app, by_provider_in_a_browser])
@pytest.mark.parametrize("moment", ["before its session", "after its session"])
def test_of_a_sign_in_that_meets_the_deletion_nothing_stays(
    at: Providers, make_account: MakeAccount, monkeypatch: pytest.MonkeyPatch, way_in: WayIn, moment: str
) -> None:
    account, person = make_account(password=PASSWORD), somebody("google")
    connected(account, "google", person["sub"])
    begin = services.begin_session

    def and_deletion(*args: Any, **facts: Any) -> Any:
        if moment == "before its session":
            delete_account(account=Account.objects.get(pk=account.pk), now=timezone.now())
            return begin(*args, **facts)
        begun = begin(*args, **facts)
        delete_account(account=Account.objects.get(pk=account.pk), now=timezone.now())
        return begun

    for module in (services, social_services):
        monkeypatch.setattr(module, "begin_session", and_deletion)
    way_in(at, account, person)

    assert not SignInOrigin.objects.filter(account=account).exists()
    assert not SocialIdentity.objects.filter(account=account).exists()
    assert not RefreshToken.objects.filter(session__account=account).exists()


@pytest.mark.parametrize("way_in", [by_password, by_provider_in_an_app, by_provider_in_a_browser])
def test_a_good_sign_in_leaves_its_network_and_its_device(
    at: Providers, make_account: MakeAccount, way_in: WayIn
) -> None:
    account, person = make_account(password=PASSWORD), somebody("google")
    connected(account, "google", person["sub"])

    way_in(at, account, person)

    assert {one.kind for one in SignInOrigin.objects.filter(account=account)} == {"network", "device"}
