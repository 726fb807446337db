"""An operator, and the app on their phone."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import Account
from accounts.second_factor import services
from accounts.tests.conftest import PASSWORD
from accounts.tests.second_factor.coming_in import Phone
from conftest import MakeAccount
from serving.redis import shared_redis


@pytest.fixture(autouse=True)
def nobody_tried_before() -> None:
    for key in shared_redis().scan_iter("attempts:*"):
        shared_redis().delete(key)


@pytest.fixture
def operator(make_account: MakeAccount) -> Account:
    return make_account(role=Account.Role.OPERATOR, password=PASSWORD)


@pytest.fixture
def phone(operator: Account) -> Phone:
    offered, _ = services.enrol_by_command(account=operator, now=timezone.now())
    return Phone(offered.secret)
