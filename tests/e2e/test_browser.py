"""The page in a real browser: sign in, stand in line, see the people ahead go, and get the coupon."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.harness.coupon_events import act, announce_event, opened_and_held
from tests.harness.people import DEMO_PASSWORD, OPERATOR_EMAIL, Credentials, Person, register, sign_in
from tests.harness.system.backstage import Backstage

# A browser that keeps to itself: this machine may have no way to the outside.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
TIMEOUT_MS = 15_000
SEOUL = ZoneInfo("Asia/Seoul")


@pytest.fixture
async def page(base_url: str, tmp_path: Path) -> AsyncIterator[Page]:
    """An empty Chromium at our address. What went wrong inside is an error of the test."""
    faults: list[str] = []
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            str(tmp_path / "profile"),
            executable_path=os.environ.get("SALON_CHROMIUM") or "/usr/bin/chromium",
            headless=True,
            args=QUIET,
            base_url=base_url,
            locale="ko-KR",
        )
        context.set_default_timeout(TIMEOUT_MS)
        page = context.pages[0]
        context.on("weberror", lambda error: faults.append(str(error.error)))
        context.on("console", lambda line: faults.extend(_refused_by_policy(line.text)))
        yield page
        await context.close()
    assert faults == []


@pytest.mark.timeout(120)
async def test_a_customer_signs_in_waits_in_line_and_sees_the_coupon_that_is_in_mysql(
    page: Page,
    http: aiohttp.ClientSession,
    operator: Person,
    customers: list[Person],
    backstage: Backstage,
) -> None:
    event_id = await opened_and_held(operator, quantity=3)
    for person in customers[:2]:
        await person.api.expect(201, method="POST", path=f"/queue/v1/events/{event_id}/ticket", json_body={})
    me = await register(http)

    await _sign_in(page, me)
    await page.goto("/events")
    await page.locator(f'[data-testid=event-card][href$="{event_id}"]').click()
    await page.get_by_test_id("join-line").click()
    await expect(page.get_by_test_id("people-ahead")).to_have_text("2", timeout=TIMEOUT_MS)
    await customers[0].api.expect(204, method="DELETE", path=f"/queue/v1/events/{event_id}/ticket")
    await expect(page.get_by_test_id("people-ahead")).to_have_text("1", timeout=TIMEOUT_MS)
    await act(operator, event_id, "resume")
    await expect(page.get_by_test_id("coupon-serial")).to_have_text("2", timeout=TIMEOUT_MS)

    account = await sign_in(http, email=me.email, password=me.password)
    rows = {row.customer: row for row in await backstage.coupon_rows(event_id)}
    mine = await account.api.expect(200, method="GET", path="/api/v1/coupons")
    assert (rows[account.id].serial, rows[account.id].number) == (2, 3)
    assert [coupon["serial"] for coupon in mine["items"]] == [2]


@pytest.mark.timeout(120)
async def test_a_customer_takes_part_in_a_lottery_and_finds_the_own_entry_in_the_public_draw(
    page: Page, http: aiohttp.ClientSession, operator: Person
) -> None:
    event_id = await announce_event(operator, coupons=1, line_order="lottery")
    me = await register(http)

    await _sign_in(page, me)
    await page.goto(f"/events/{event_id}")
    await page.get_by_test_id("join-line").click()
    await expect(page.get_by_test_id("registered")).to_be_visible(timeout=TIMEOUT_MS)
    await page.get_by_test_id("lottery-note").locator("summary").click()
    entry = await page.get_by_test_id("my-entry").text_content()
    commitment = await page.get_by_test_id("order-commitment").text_content()
    await act(operator, event_id, "open")
    await expect(page.get_by_test_id("coupon-serial")).to_have_text("1", timeout=TIMEOUT_MS)
    await page.reload()
    entry_after_the_draw = await page.get_by_test_id("my-entry").text_content()

    draw = await operator.api.expect(200, method="GET", path=f"/api/v1/coupon-events/{event_id}/draw")
    await page.goto("/events")
    await expect(page.locator(f'[href$="{event_id}"] .tag')).to_have_text("모두 소진", timeout=TIMEOUT_MS)
    assert draw["items"] == [entry]
    assert entry_after_the_draw == entry
    assert draw["commitment"] == commitment


@pytest.mark.timeout(120)
async def test_an_operator_makes_a_rehearsal_that_says_so_wherever_it_is_shown(page: Page) -> None:
    title = f"연습 {secrets.token_hex(4)}"

    await _sign_in(page, Credentials(OPERATOR_EMAIL, DEMO_PASSWORD))
    await page.goto("/events/new")
    await page.locator("input[name=title]").fill(title)
    await page.get_by_test_id("rehearsal").check()
    await page.get_by_test_id("create-event").click()
    await expect(page.locator("h1")).to_have_text(title, timeout=TIMEOUT_MS)
    await expect(page.locator(".tag.rehearsal")).to_have_text("연습", timeout=TIMEOUT_MS)
    await page.goto("/events")

    card = page.locator("[data-testid=event-card]", has_text=title)
    await expect(card.locator(".tag.rehearsal")).to_have_text("연습", timeout=TIMEOUT_MS)


@pytest.mark.timeout(120)
async def test_a_tab_follows_whoever_signs_in_or_out_in_another(page: Page, http: aiohttp.ClientSession) -> None:
    first, second = await register(http), await register(http)

    await _sign_in(page, first)
    await page.goto("/bookings")
    other = await page.context.new_page()
    await other.goto("/")
    await other.get_by_test_id("sign-out").click()
    await expect(page.get_by_test_id("sign-in-first")).to_be_visible(timeout=TIMEOUT_MS)
    await _sign_in(other, second)

    await expect(page.get_by_test_id("followed")).to_be_visible(timeout=TIMEOUT_MS)
    await expect(page.get_by_test_id("sign-out")).to_be_visible(timeout=TIMEOUT_MS)
    assert await _signed_in_as(page) == second.email


@pytest.mark.timeout(120)
async def test_a_tab_that_heard_nothing_does_not_act_for_the_person_who_signed_in_meanwhile(
    page: Page, http: aiohttp.ClientSession
) -> None:
    first, second = await register(http), await register(http)

    await _sign_in(page, first)
    await page.goto("/bookings")
    await expect(page.get_by_test_id("sign-out")).to_be_visible(timeout=TIMEOUT_MS)
    # The cookies are the second one's now, and no tab left a mark.
    credentials = {"email": second.email, "password": second.password, "client": "browser"}
    signed_in = await page.context.request.post("/api/v1/sessions", data=credentials)
    await page.get_by_test_id("sign-out").click()

    assert signed_in.status == 201
    await expect(page.get_by_test_id("followed")).to_be_visible(timeout=TIMEOUT_MS)
    assert await _signed_in_as(page) == second.email


@pytest.mark.timeout(120)
async def test_today_moves_on_at_midnight_in_korea_in_a_page_that_is_left_open(page: Page) -> None:
    today = datetime.now(UTC).astimezone(SEOUL).date()
    almost_midnight = datetime.combine(today, time(23, 59, 30), SEOUL)

    await page.clock.install(time=almost_midnight)
    await page.goto("/")
    await page.get_by_test_id("salon-card").first.click()
    first_day = page.get_by_test_id("day").first
    await expect(first_day).to_have_text(f"{today.day}오늘", timeout=TIMEOUT_MS)
    await page.clock.fast_forward(60_000)

    await expect(first_day).to_have_text(f"{(today + timedelta(days=1)).day}오늘", timeout=TIMEOUT_MS)


@pytest.mark.timeout(120)
async def test_who_waits_for_the_opening_can_join_within_two_seconds_of_an_early_one(
    page: Page, http: aiohttp.ClientSession, operator: Person
) -> None:
    event_id = await announce_event(operator, coupons=1)

    await _sign_in(page, await register(http))
    await page.goto(f"/events/{event_id}")
    await expect(page.get_by_test_id("join-line")).to_be_disabled(timeout=TIMEOUT_MS)
    await asyncio.sleep(3)  # else the page might only have asked by chance when it was opened
    await act(operator, event_id, "open")

    await expect(page.get_by_test_id("join-line")).to_be_enabled(timeout=2_000)


@pytest.mark.timeout(120)
async def test_a_line_whose_session_is_ended_elsewhere_leaves_the_page_and_the_way_in_is_shown(
    page: Page, http: aiohttp.ClientSession, operator: Person, base_url: str
) -> None:
    event_id = await opened_and_held(operator, quantity=3)

    await _sign_in(page, await register(http))
    await page.goto(f"/events/{event_id}")
    await page.get_by_test_id("join-line").click()
    await expect(page.get_by_test_id("people-ahead")).to_have_text("0", timeout=TIMEOUT_MS)
    csrf = next(cookie["value"] for cookie in await page.context.cookies() if cookie["name"] == "csrftoken")
    ended = await page.context.request.delete("/api/v1/sessions", headers={"X-CSRFToken": csrf, "Origin": base_url})

    assert ended.status == 204
    await expect(page.get_by_test_id("sign-in-first")).to_be_visible(timeout=8_000)
    await expect(page.get_by_test_id("line-panel")).to_have_count(0)


def _refused_by_policy(line: str) -> list[str]:
    return [line] if "Content Security Policy" in line or "Content-Security-Policy" in line else []


async def _signed_in_as(page: Page) -> str:
    answer = await page.context.request.get("/api/v1/accounts/me")
    return str((await answer.json())["email"])


async def _sign_in(page: Page, who: Credentials) -> None:
    await page.goto("/sign-in")
    await page.get_by_test_id("sign-in-email").fill(who.email)
    await page.get_by_test_id("sign-in-password").fill(who.password)
    await page.get_by_test_id("sign-in-submit").click()
    await expect(page.get_by_test_id("sign-out")).to_be_visible(timeout=TIMEOUT_MS)


@pytest.mark.timeout(120)
async def test_admin_and_documents_work_under_the_policies_that_they_come_with(page: Page) -> None:
    await page.goto("/admin")
    await page.locator("input[name=username]").fill(OPERATOR_EMAIL)
    await page.locator("input[name=password]").fill(DEMO_PASSWORD)
    await page.locator("input[type=submit]").click()
    await page.goto("/admin/salons/salon/")
    await page.locator("#result_list tbody a").first.click()
    await expect(page.locator("input[name=name]")).to_be_visible(timeout=TIMEOUT_MS)
    await page.goto("/admin/coupons/couponevent/")
    await page.goto("/api/v1/docs")
    await expect(page.locator(".opblock").first).to_be_visible(timeout=TIMEOUT_MS)
