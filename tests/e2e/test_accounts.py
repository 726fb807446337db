"""An account from its first mail to its last, through the public address alone, and on the page."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import jwt
import pytest
from playwright.async_api import Page, expect

from tests.e2e.test_browser import TIMEOUT_MS, page  # noqa: F401  # a fixture
from tests.harness.chat_client import ChatClient
from tests.harness.people import Credentials, Person, register, sign_in
from tests.harness.refusals import assert_refused
from tests.harness.system.mailbox import link_in_mail
from tests.harness.waiting import until

CLOSED_WITHIN_SECONDS = 5.0
ACCOUNTS = "/api/v1/accounts"


def _is_confirmed(person: Person) -> object:
    return jwt.decode(person.token, options={"verify_signature": False})["email_confirmed"]


@pytest.mark.timeout(120)
async def test_an_account_is_confirmed_given_a_new_password_and_deleted(http: aiohttp.ClientSession) -> None:
    new = await register(http)
    person = await sign_in(http, email=new.email, password=new.password)

    link = await link_in_mail(new.email, "confirm-email")
    body = {"token": link.partition("#")[2]}
    await person.api.expect(200, method="POST", path=f"{ACCOUNTS}/email-confirmations", json_body=body)
    confirmed = await sign_in(http, email=new.email, password=new.password)

    assert (_is_confirmed(person), _is_confirmed(confirmed)) == (False, True)

    body = {"email": new.email}
    await person.api.expect(202, method="POST", path=f"{ACCOUNTS}/password-resets", json_body=body)
    link = await link_in_mail(new.email, "reset-password")
    body = {"token": link.partition("#")[2], "password": "new-korong-password-4"}
    await person.api.expect(200, method="POST", path=f"{ACCOUNTS}/new-passwords", json_body=body)

    assert await _is_out_within_seconds(confirmed)
    again = await sign_in(http, email=new.email, password=body["password"])
    body = {"password": body["password"]}
    await again.api.expect(204, method="POST", path=f"{ACCOUNTS}/me/deletion", json_body=body)
    gone = {"email": new.email, **body, "client": "mobile"}
    assert_refused(
        await again.api.call("POST", "/api/v1/sessions", json_body=gone), status=401, code="wrong-credentials"
    )


async def _is_out_within_seconds(person: Person) -> bool:
    began = time.monotonic()
    while time.monotonic() - began < CLOSED_WITHIN_SECONDS:
        if (await person.api.call("GET", f"{ACCOUNTS}/me")).status == 401:
            return True
        await asyncio.sleep(0.1)
    return False


@pytest.mark.timeout(120)
async def test_what_is_ended_from_another_device_loses_its_sockets_and_this_one_goes_on(
    http: aiohttp.ClientSession, base_url: str
) -> None:
    new = await register(http)
    here, lost = [await sign_in(http, email=new.email, password=new.password) for _ in range(2)]
    devices = {
        who: [ChatClient(base_url, token=one.token) for _ in range(2)] for who, one in (("here", here), ("lost", lost))
    }
    for device in (*devices["here"], *devices["lost"]):
        await device.connect()
    listed = await here.api.expect(200, method="GET", path=f"{ACCOUNTS}/me/sessions")

    await here.api.expect(204, method="DELETE", path=f"{ACCOUNTS}/me/sessions")

    assert sorted(one["is_this_one"] for one in listed["items"]) == [False, True]
    assert await until(lambda: all(device.closed for device in devices["lost"]), seconds=CLOSED_WITHIN_SECONDS)
    assert {device.close_code for device in devices["lost"]} == {4401}
    assert not [device for device in devices["here"] if device.closed]
    await here.api.expect(200, method="GET", path=f"{ACCOUNTS}/me")
    for device in (*devices["here"], *devices["lost"]):
        await device.close()


@pytest.mark.timeout(120)
async def test_on_the_page_a_link_confirms_the_address_and_a_forgotten_password_is_set_anew(
    page: Page,  # noqa: F811
    http: aiohttp.ClientSession,
) -> None:
    new = await register(http)

    await page.goto("/sign-in")
    await page.get_by_test_id("forgot-password").click()
    await page.get_by_test_id("account-email").fill(new.email)
    await page.get_by_test_id("ask-for-password-submit").click()
    await expect(page.get_by_test_id("ask-for-password-done")).to_be_visible(timeout=TIMEOUT_MS)
    await page.goto(await link_in_mail(new.email, "reset-password"))
    await page.get_by_test_id("account-new_password").fill("new-korong-password-5")
    await page.get_by_test_id("new-password-submit").click()
    await expect(page.get_by_test_id("new-password-done")).to_be_visible(timeout=TIMEOUT_MS)

    await _sign_in(page, Credentials(new.email, "new-korong-password-5"))
    await page.get_by_test_id("my-account").click()
    # The link with which the password was set had come by mail.
    await expect(page.get_by_test_id("email-confirmed")).to_be_visible(timeout=TIMEOUT_MS)
    await expect(page.get_by_test_id("session")).to_have_count(1, timeout=TIMEOUT_MS)
    await page.goto(await link_in_mail(new.email, "confirm-email"))
    await page.get_by_test_id("mailed-link-open").click()
    await expect(page.get_by_test_id("problem")).to_have_attribute("data-code", "unfit-link", timeout=TIMEOUT_MS)


async def _sign_in(page: Page, who: Credentials) -> None:  # noqa: F811
    await page.goto("/sign-in")
    await page.get_by_test_id("sign-in-email").fill(who.email)
    await page.get_by_test_id("sign-in-password").fill(who.password)
    await page.get_by_test_id("sign-in-submit").click()
    await expect(page.get_by_test_id("sign-out")).to_be_visible(timeout=TIMEOUT_MS)
