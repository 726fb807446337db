"""A browser's own EventSource, which nobody programmed for us: it hears what is said, and stays away after the end."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from playwright.async_api import async_playwright

from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.main import Main

CHROMIUM = os.environ.get("SALON_CHROMIUM") or "/usr/bin/chromium"
# Longer than a browser waits before it comes back.
COMES_BACK_SECONDS = 2.5
LISTEN = """([path, kinds]) => {
    window.heard = [];
    window.stream = new EventSource(path);
    for (const kind of [...kinds, "message"]) {
        window.stream.addEventListener(kind, (event) =>
            window.heard.push({kind, id: event.lastEventId, data: JSON.parse(event.data)}));
    }
}"""


async def test_a_browser_hears_its_coupon_and_does_not_come_back(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main
) -> None:
    queue = start_queue(QUEUE_KEEPALIVE_SECONDS="0.2")
    event = main.publish(coupon_event(quantity=1, paused=True))
    await until_known(event, queue)
    customer = new_customer(event, queue)
    await customer.join()
    line = f"/queue/v1/events/{event.coupon_event_id}"
    asked: list[str] = []

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await browser.new_context()
        await context.add_cookies([{"name": "salon_access", "value": customer.token, "url": queue.url}])
        pages = [await context.new_page() for _ in range(2)]
        for page, (endpoint, kinds) in zip(pages, [("line", ["place", "frame"]), ("watch", ["status"])], strict=True):
            page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[1]))
            await page.goto(f"{queue.url}/queue/v1/openapi.json")
            await page.evaluate(LISTEN, [f"{line}/{endpoint}", kinds])
        await asyncio.sleep(1)
        main.publish(event.model_copy(update={"revision": 2, "paused": False}))
        for page in pages:
            await page.wait_for_function("() => window.stream.readyState === EventSource.CLOSED", timeout=15_000)
        await asyncio.sleep(COMES_BACK_SECONDS)
        received: list[list[dict[str, Any]]] = [await page.evaluate("() => window.heard") for page in pages]
        await browser.close()

    assert received[0][-1]["data"]["state"] == "issued"
    assert received[1][-1]["data"]["state"] == "sold-out"
    assert {one["kind"] for of_page in received for one in of_page} == {"place", "frame", "status"}
    # Once, and once more after the end, which was answered with 204.
    assert (asked.count("line"), asked.count("watch")) == (2, 2)
