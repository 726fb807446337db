"""Google and Kakao as another author's OpenID provider: oidc-provider-mock, as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
from pydantic import SecretStr

from accounts.social.providers.here import providers_of
from accounts.tests.social.conftest import Browser, refusal_in
from config.env import env
from salon_kit.testing.ports import claim_port

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def provider() -> Iterator[httpx.Client]:
    port = claim_port()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "oidc_provider_mock",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--require-nonce",
            "true",
        ],
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with httpx.Client(base_url=f"http://localhost:{port}", timeout=10) as client:
        _until_it_answers(client, process)
        yield client
    process.send_signal(signal.SIGTERM)
    process.wait(20)


def _until_it_answers(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    by = time.monotonic() + 30
    while True:
        assert process.poll() is None, "it has ended"
        try:
            client.get("/.well-known/openid-configuration")
            return
        except httpx.TransportError:
            assert time.monotonic() < by, "it does not answer"
            time.sleep(0.1)


@pytest.fixture(params=["google", "kakao"])
def name(request: pytest.FixtureRequest, provider: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> str:
    one = str(request.param)
    settings = env.model_copy(
        update={
            f"{one}_client_id": "our-page",
            f"{one}_client_secret": SecretStr("0123456789"),
            f"{one}_issuer": str(provider.base_url).rstrip("/"),
            "kakao_scope": "openid email profile",
        }
    )
    here = providers_of(settings)
    monkeypatch.setattr("accounts.social.providers.here.providers_here", lambda: here)
    return one


def back_from(provider: httpx.Client, there: str, **form: str) -> str:
    """What the person does on the provider's page; gives the query of the way back."""
    answer = provider.post(there, data=form)
    assert answer.status_code in {302, 303}, answer.text
    return answer.headers["Location"].partition("?")[2]


def test_whom_another_authors_provider_vouches_for_is_signed_in(
    provider: httpx.Client, name: str, browser: Browser
) -> None:
    email = f"bori-{name}@daengdaeng.test"
    provider.put(f"/users/bori-{name}", json={"email": email, "email_verified": True, "name": "보리 언니"})

    answer = browser.come_back(name, back_from(provider, browser.begin(name)["Location"], sub=f"bori-{name}"))

    assert answer["Location"] == "/events"
    me = browser.get("/api/v1/accounts/me").json()
    assert (me["email"], me["email_confirmed"]) == (email, True)


def test_who_says_no_on_its_page_is_back_at_the_sign_in(provider: httpx.Client, name: str, browser: Browser) -> None:
    back = back_from(provider, browser.begin(name)["Location"], action="deny")

    # It forgets the state, so this is anybody's refusal; what was begun can still end well.
    assert refusal_in(browser.come_back(name, back)) in {"sign-in-cancelled", "unfit-flow"}


def test_its_code_is_good_once(provider: httpx.Client, name: str, browser: Browser) -> None:
    other = Browser()
    back = back_from(provider, browser.begin(name)["Location"], sub="cong")
    browser.come_back(name, back)

    code = back.partition("code=")[2].partition("&")[0]
    state = back_from(provider, other.begin(name)["Location"], sub="cong").partition("state=")[2]

    assert refusal_in(other.come_back(name, f"code={code}&state={state}")) == "unproved-identity"
