"""A salon that is paid ahead, a customer who holds a slot there, and Toss Payments beside us."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from rest_framework.test import APIClient

from accounts.models import Account
from bookings.tests.conftest import at_ten, groomer, tomorrow, treatment, wish  # noqa: F401  # fixtures
from config.env import env
from payments.provider import here
from payments.tests.standing_in import InMemory, StandIn
from salons.models import Groomer, Salon

ROOT = Path(__file__).parents[4]
SECRET = "test_sk_of_the_stand_in"
WON = 30_000


@pytest.fixture(scope="session")
def toss_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    database = tmp_path_factory.mktemp("toss") / "toss.sqlite"
    words = [sys.executable, "-m", "deploy.local.stand_ins.toss", "--database", str(database), "--secret-key", SECRET]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGTERM)


@pytest.fixture
def toss(toss_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    keys = {"toss_client_id": "test_ck_of_the_stand_in", "toss_secret_key": SecretStr(SECRET)}
    monkeypatch.setattr(here, "env", env.model_copy(update={**keys, "toss_api": toss_address}))
    here.provider_here.cache_clear()
    with httpx.Client(base_url=toss_address, auth=(SECRET, ""), timeout=20) as client:
        stand_in = StandIn(client)
        stand_in.goes_wrong()
        yield stand_in
    here.provider_here.cache_clear()


@pytest.fixture
def in_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemory]:
    provider = InMemory()
    monkeypatch.setattr(here, "provider_of", lambda _settings: provider)
    here.provider_here.cache_clear()
    yield provider
    here.provider_here.cache_clear()


@pytest.fixture
def paid_ahead(groomer: Groomer) -> Salon:  # noqa: F811
    groomer.salon.prepayment = True
    groomer.salon.save()
    return groomer.salon


@pytest.fixture
def mine(customer: Account, client_of: Callable[[Account], APIClient]) -> APIClient:
    return client_of(customer)


@pytest.fixture
def hold(mine: APIClient, wish: dict[str, Any], paid_ahead: Salon) -> dict[str, Any]:  # noqa: F811
    answer = mine.post("/api/v1/holds", wish)
    assert answer.status_code == 201, answer.json()
    return dict(answer.json())


@pytest.fixture
def begun(mine: APIClient, hold: dict[str, Any]) -> dict[str, Any]:
    """Wants `toss` or `in_memory` beside it."""
    answer = mine.post(f"/api/v1/holds/{hold['id']}/payment", {})
    assert answer.status_code == 201, answer.json()
    return dict(answer.json())


def confirm(client: APIClient, payment: dict[str, Any], back: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"/api/v1/payments/{payment['id']}/confirm", back)
    assert answer.status_code == 200, answer.json()
    return dict(answer.json())
