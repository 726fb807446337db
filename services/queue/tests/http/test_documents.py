"""What queue publishes about itself is what the code says, and what it says over the wire is what it publishes."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import BaseModel

from coupon_queue.http.openapi import as_json, document
from salon_contracts.events.coupons import OperatorMessage, RefusalReason
from salon_contracts.http.line_documents import (
    LINE_EVENTS,
    OPERATOR_EVENTS,
    WATCH_EVENTS,
    LineStatus,
    PlaceDocument,
    TicketDocument,
)
from salon_contracts.http.problem import ProblemDocument
from salon_kit.testing.json_references import dangling_references
from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.customer import SseEvent, sse
from tests.harness.keys import Keys
from tests.harness.main import Main
from tests.harness.waiting import eventually

PUBLISHED = Path(__file__).parents[4] / "docs" / "queue-openapi.json"


@pytest.mark.unit
def test_the_published_document_is_up_to_date() -> None:
    assert PUBLISHED.read_bytes() == as_json(), "python -m coupon_queue.http.openapi > docs/queue-openapi.json"


@pytest.mark.unit
def test_every_reference_leads_somewhere() -> None:
    assert dangling_references(document()) == set()


def fits(received: list[SseEvent], events: dict[str, type[BaseModel]]) -> set[str]:
    """Raises unless each event is what its class says, to the last member. Returns the kinds that were heard."""
    for event in received:
        events[event.name].model_validate_json(json.dumps(event.data))
    return {event.name for event in received}


async def _overhear(http: aiohttp.ClientSession, url: str, headers: dict[str, str], received: list[SseEvent]) -> None:
    async with http.get(url, headers=headers) as response:
        async for event in sse(response):
            received.append(event)  # noqa: PERF401 - others look at the list meanwhile


async def test_everything_that_is_said_in_a_drop_is_what_its_class_says(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, http: aiohttp.ClientSession, keys: Keys
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(quantity=3, paused=True, message=OperatorMessage(ko="잠시만요")))
    await until_known(event, queue)
    customers = [new_customer(event, queue) for _ in range(8)]
    main.refuses = {customers[0].account_id: RefusalReason.UNKNOWN_CUSTOMER}
    tickets = [await customer.join() for customer in customers]
    watched: list[SseEvent] = []
    operated: list[SseEvent] = []
    operator = {"Authorization": f"Bearer {keys.token(9, role='operator')}"}
    overhearing = [
        asyncio.create_task(_overhear(http, customers[0].path("watch"), {}, watched)),
        asyncio.create_task(_overhear(http, customers[0].path("operator"), operator, operated)),
    ]
    listening = [asyncio.create_task(customer.listen()) for customer in customers[:7]]
    await eventually(lambda: all(len(customer.received) > 2 for customer in customers[:7]) and operated and watched)
    await customers[5].leave()
    async with http.get(customers[6].path("place"), headers=customers[6].headers) as response:
        place = await response.text()
    async with http.get(customers[6].path("line").removesuffix("/line")) as response:
        status = await response.text()

    main.publish(event.model_copy(update={"revision": 2, "paused": False}))
    endings = await asyncio.gather(*listening)
    await eventually(lambda: watched[-1].data["state"] == "sold-out")
    queue.stop()
    await asyncio.gather(*overhearing)

    assert {"issued", "refused", "sold-out", "left"} == set(endings)
    for _, ticket in tickets:
        TicketDocument.model_validate_json(json.dumps(ticket))
    PlaceDocument.model_validate_json(place)
    LineStatus.model_validate_json(status)
    assert fits([event for one in customers for event in one.received], LINE_EVENTS) >= {"place", "frame"}
    assert fits(watched, WATCH_EVENTS) == {"status"}
    assert fits(operated, OPERATOR_EVENTS) == {"numbers", "farewell"}


async def test_the_document_is_served_as_it_stands(start_queue: StartQueue, http: aiohttp.ClientSession) -> None:
    queue = start_queue()

    async with http.get(f"{queue.url}/queue/v1/openapi.json") as response:
        served = await response.read()
    async with http.get(f"{queue.url}/queue/v1/nothing") as response:
        problem: dict[str, Any] = await response.json(content_type=None)

    assert served == PUBLISHED.read_bytes()
    ProblemDocument.model_validate_json(json.dumps(problem))
