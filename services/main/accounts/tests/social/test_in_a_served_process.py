"""The same through `manage.py serve`, with settings as operators give them, and with other people beside them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from accounts.social.flows import FLOW_COOKIE
from accounts.tests.social.conftest import somebody
from accounts.tests.social.stand_in import CLIENT, SECRET, StandIn
from entry.asgi import REQUEST_THREADS
from serving.tests.served import Served, mysql, serve

__all__ = ["mysql", "serve"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]
START = "/api/v1/sign-in/google"
A_LITTLE = 2.0


@pytest.fixture
def google() -> Iterator[StandIn]:
    stand_in = StandIn()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def main(google: StandIn, serve: Callable[..., Served], tmp_path: Path) -> httpx.Client:
    secret = tmp_path / "google_client_secret"
    secret.write_text(SECRET)
    return serve(
        MAIN_GOOGLE_CLIENT_ID=CLIENT, MAIN_GOOGLE_CLIENT_SECRET_FILE=str(secret), MAIN_GOOGLE_ISSUER=google.issuer
    ).client


def test_a_browser_with_its_own_cookies_comes_in_and_stays_in(main: httpx.Client, google: StandIn) -> None:
    there = main.get(START, params={"return_to": "/events"}).headers["Location"]
    back = main.get(f"{START}/callback?{google.consents(there, somebody('google'))}")

    assert (back.status_code, back.headers["Location"]) == (302, "/events")
    kept = {cookie.name: cookie.path for cookie in main.cookies.jar}
    assert kept.items() >= {"salon_access": "/", "salon_refresh": "/api/v1/sessions", "csrftoken": "/"}.items()
    assert FLOW_COOKIE not in kept
    me = main.get("/api/v1/accounts/me").json()
    renewed = main.post(
        "/api/v1/sessions/refresh",
        json={},
        headers={"X-CSRFToken": main.cookies["csrftoken"], "Salon-Account": str(me["id"])},
    )
    assert renewed.status_code == 200
    assert main.get("/api/v1/sign-in").json() == {"items": [{"provider": "google"}]}


def test_while_a_provider_hangs_everybody_else_is_served(main: httpx.Client, google: StandIn) -> None:
    google.faults["/.well-known/openid-configuration"] = "hangs"

    with ThreadPoolExecutor(4 * REQUEST_THREADS) as people:
        waiting = [people.submit(main.get, START) for _ in range(3 * REQUEST_THREADS)]
        time.sleep(0.3)
        began = time.monotonic()
        looked = [people.submit(main.get, "/api/v1/salons") for _ in range(REQUEST_THREADS)]
        statuses = {one.result().status_code for one in looked}
        took = time.monotonic() - began
        ended = [one.result() for one in waiting]

    assert statuses == {200}
    assert took < A_LITTLE
    assert {answer.status_code for answer in ended} <= {302, 503}
    assert all("provider-away" in answer.headers.get("Location", "overloaded provider-away") for answer in ended)
