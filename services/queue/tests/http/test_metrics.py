"""What /metrics of a queue shows, and what nobody can make it show."""

from __future__ import annotations

import asyncio
import random
from uuid import uuid4

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.main import Main
from tests.harness.processes import QueueProcess
from tests.harness.waiting import eventually

Shown = dict[tuple[str, frozenset[tuple[str, str]]], float]
TEMPLATES = ("/{}", "/queue/v1/events/{}/line", "/queue/v1/events/{}/ticket", "/queue/v1/events/{}/{}", "/healthz/{}")
METHODS = ("GET", "POST", "DELETE", "OPTIONS", "PROPFIND", "BREW")


async def metrics_of(queue: QueueProcess, http: aiohttp.ClientSession) -> Shown:
    async with http.get(f"{queue.url}/metrics") as response:
        families = text_string_to_metric_families(await response.text())
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def of_requests(shown: Shown) -> set[tuple[str, frozenset[tuple[str, str]]]]:
    """Others begin by themselves, such as a consumer's lag once it has read."""
    of_a_request = {"method", "route", "status", "code"}
    return {(name, labels) for name, labels in shown if of_a_request & {label for label, _ in labels}}


async def value_of(queue: QueueProcess, http: aiohttp.ClientSession, name: str, **labels: str) -> float | None:
    return (await metrics_of(queue, http)).get((name, frozenset(labels.items())))


async def sweep(queue: QueueProcess, http: aiohttp.ClientSession) -> None:
    for template in TEMPLATES:
        for method in METHODS:
            for word in (str(uuid4()), f"{random.getrandbits(40):x}", f"살롱{random.getrandbits(20)}", 'a"b'):
                async with http.request(method, queue.url + template.format(word, word)):
                    pass


async def test_any_number_of_random_addresses_makes_the_series_of_a_few(
    start_queue: StartQueue, http: aiohttp.ClientSession
) -> None:
    queue = start_queue()
    await sweep(queue, http)
    after_one = of_requests(await metrics_of(queue, http))

    for _ in range(2):
        await sweep(queue, http)

    assert of_requests(await metrics_of(queue, http)) == after_one
    none = {"method": "other", "route": "none", "status": "4xx"}
    assert await value_of(queue, http, "salon_http_request_seconds_count", **none)


async def test_a_join_is_counted_by_the_template_of_its_address_and_a_stream_apart(
    start_queue: StartQueue, new_customer: NewCustomer, http: aiohttp.ClientSession, main: Main
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(quantity=1))
    await until_known(event, queue)

    customer = new_customer(event, queue)
    await customer.join()
    assert await customer.listen() == "issued"

    address = "/queue/v1/events/{event_id}"
    joined = {"method": "POST", "route": f"{address}/ticket", "status": "2xx"}
    assert await value_of(queue, http, "salon_http_request_seconds_count", **joined) == 1
    assert await value_of(queue, http, "queue_stream_opening_seconds_count", route=f"{address}/line", status="2xx") == 1
    streamed = {"method": "GET", "route": f"{address}/line", "status": "2xx"}
    assert await value_of(queue, http, "salon_http_request_seconds_count", **streamed) is None
    assert await value_of(queue, http, "queue_joins_total") == 1


@pytest.mark.timeout(60)
async def test_a_line_whose_claims_nobody_answers_is_seen_to_stand_still(
    start_queue: StartQueue, new_customer: NewCustomer, http: aiohttp.ClientSession, main: Main
) -> None:
    main.answering.clear()
    queue = start_queue(QUEUE_WINDOW_FIRST="2")
    event = main.publish(coupon_event(quantity=20))
    await until_known(event, queue)
    await asyncio.gather(*(new_customer(event, queue).join() for _ in range(8)))

    async def stands_still() -> bool:
        shown = await metrics_of(queue, http)
        stalled = shown[("queue_stalled_seconds", frozenset())]
        return stalled > 3 and shown[("queue_oldest_claim_seconds", frozenset())] > 3

    await eventually(stands_still, seconds=20)
    assert await value_of(queue, http, "queue_claims_in_flight") == 2
    assert await value_of(queue, http, "queue_waiting") == 6
    main.answering.set()

    async def goes_on() -> bool:
        return await value_of(queue, http, "queue_stalled_seconds") == 0

    await eventually(goes_on, seconds=20)
