"""Nobody shuts themself out of the console, so somebody is always in it."""

from __future__ import annotations

import threading
import time

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from conftest import MakeAccount

pytestmark = pytest.mark.django_db(transaction=True)

GONE = ({"is_active": ""}, {"is_staff": ""}, {"role": Account.Role.CUSTOMER})


def at_work(operator: Account) -> Client:
    client = Client()
    client.force_login(operator)
    return client


def change(client: Client, account: Account, **changes: str) -> int:
    fields = {"email": account.email, "name": account.name, "role": account.role, "is_active": "on", "is_staff": "on"}
    address = reverse("admin:accounts_account_change", args=[account.pk])
    return client.post(address, {name: value for name, value in (fields | changes).items() if value}).status_code


def may_come_in(account: Account) -> bool:
    account.refresh_from_db()
    return account.is_active and account.is_staff and account.role == Account.Role.OPERATOR


@pytest.mark.parametrize("gone", GONE)
def test_an_operator_cannot_shut_themself_out(operator: Account, gone: dict[str, str]) -> None:
    assert change(at_work(operator), operator, **gone) == 200  # the form again, with the reason

    assert may_come_in(operator)


@pytest.mark.parametrize("gone", GONE)
def test_another_operator_can(operator: Account, make_account: MakeAccount, gone: dict[str, str]) -> None:
    other = make_account(role=Account.Role.OPERATOR)

    assert change(at_work(other), operator, **gone) == 302

    assert not may_come_in(operator)


def test_an_operator_changes_their_own_name(operator: Account) -> None:
    assert change(at_work(operator), operator, name="새 이름") == 302

    operator.refresh_from_db()
    assert operator.name == "새 이름"


def test_an_operator_deletes_others_only(operator: Account, make_account: MakeAccount) -> None:
    other, client = make_account(role=Account.Role.OPERATOR), at_work(operator)
    page = reverse("admin:accounts_account_delete", args=[operator.pk])
    both = {"action": "delete_selected", ACTION_CHECKBOX_NAME: [operator.pk, other.pk], "post": "yes"}

    assert client.post(page, {"post": "yes"}).status_code == 403
    assert client.post(reverse("admin:accounts_account_changelist"), both).status_code == 403
    assert Account.objects.filter(pk__in=[operator.pk, other.pk]).count() == 2

    assert client.post(page.replace(f"/{operator.pk}/", f"/{other.pk}/"), {"post": "yes"}).status_code == 302
    assert not Account.objects.filter(pk=other.pk).exists()


def test_of_two_who_shut_each_other_out_one_stays(operator: Account, make_account: MakeAccount) -> None:
    other, answers = make_account(role=Account.Role.OPERATOR), list[int]()
    client = at_work(other)

    def shut_out() -> None:
        answers.append(change(client, operator, is_active=""))
        connection.close()

    with transaction.atomic():  # as the page does for `operator`
        held = list(Account.objects.filter(pk__in=[operator.pk, other.pk]).order_by("pk").select_for_update())
        second = threading.Thread(target=shut_out)
        second.start()
        time.sleep(1.0)
        assert len(held) == 2
        assert answers == []
        Account.objects.filter(pk=other.pk).update(is_active=False)
    second.join(30)

    assert answers == [403]
    assert may_come_in(operator)
