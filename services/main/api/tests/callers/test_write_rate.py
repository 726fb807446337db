"""One account may write only so fast, over all endpoints together; nobody else notices."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import Account
from config.env import env
from conftest import MakeAccount

pytestmark = pytest.mark.django_db
READ_ALL = "/api/v1/notifications/read"
ROOMS = "/api/v1/rooms"


def test_whoever_writes_too_fast_waits_and_others_do_not(
    client_of: Callable[[Account], APIClient], make_account: MakeAccount
) -> None:
    hasty, other = client_of(make_account()), client_of(make_account())
    # On a slow machine some of it is given back meanwhile, so more than are allowed at once may pass.
    most = 3 * env.writes_per_account_at_once
    answers = (hasty.post((READ_ALL, ROOMS)[number % 2], {}) for number in range(most))
    refused = next(answer for answer in answers if answer.status_code == 429)

    assert refused.json()["code"] == "rate-limited"
    assert int(refused["Retry-After"]) == refused.json()["retry_after_seconds"] == 1
    assert hasty.get("/api/v1/notifications").status_code == 200
    assert other.post(READ_ALL, {}).status_code == 200


@pytest.mark.usefixtures("redis_is_down")
def test_without_redis_people_can_still_write(
    client_of: Callable[[Account], APIClient], make_account: MakeAccount
) -> None:
    assert client_of(make_account()).post(READ_ALL, {}).status_code == 200
