"""What each endpoint of the line accepts."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from salon_contracts.events.coupons import (
    FIRST_SIMULATED_ACCOUNT,
    SIMULATED_ROLE,
    CouponEventChangedV1,
    RefusalReason,
)
from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.keys import Keys
from tests.harness.main import Main
from tests.harness.processes import QueueProcess
from tests.harness.waiting import eventually
from tests.http.asking import ask, with_bearer

ORIGIN = "http://salon.test"


"""Its status and code, and the request that it answers."""


async def test_a_browser_joins_with_its_cookie_from_our_own_page(
    start_queue: StartQueue, http: aiohttp.ClientSession, keys: Keys, main: Main
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(paused=True))
    await until_known(event, queue)
    url = f"{queue.url}/queue/v1/events/{event.coupon_event_id}/ticket"
    cookie = {"Cookie": f"salon_access={keys.token(1)}", "Origin": ORIGIN}

    first, again = [await ask(http, "POST", url, headers=cookie) for _ in range(2)]
    header_wins = await ask(http, "POST", url, headers={**cookie, **with_bearer(keys.token(2))})

    assert (first[0], first[2]["number"], first[2]["ahead"], first[2]["state"]) == (201, 1, 0, "waiting")
    assert (again[0], again[2]["ticket"]) == (200, first[2]["ticket"])
    assert header_wins[2]["number"] == 2


async def test_one_account_on_two_instances_and_two_devices_has_one_place(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main
) -> None:
    one, two = start_queue(), start_queue()
    event = main.publish(coupon_event(paused=True))
    await until_known(event, one, two)
    phone = new_customer(event, one)
    laptop = new_customer(event, two, account_id=phone.account_id)
    await new_customer(event, two).join()

    answers = await asyncio.gather(*(device.join() for device in (phone, laptop) * 5))

    assert {answer["number"] for _, answer in answers} == {2}
    assert sorted(status for status, _ in answers) == [200] * 9 + [201]


async def test_who_has_the_coupon_already_is_told_so(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(quantity=3))
    await until_known(event, queue)
    winner, known_to_main = new_customer(event, queue), new_customer(event, queue)
    main.refuses[known_to_main.account_id] = RefusalReason.ALREADY_HAS_COUPON
    for customer in (winner, known_to_main):
        await customer.join()
    states = await asyncio.gather(winner.listen(), known_to_main.listen())

    again = [await customer.join() for customer in (winner, known_to_main)]

    assert list(states) == ["issued", "refused"]
    assert known_to_main.received[-1].data["reason"] == "already-has-coupon"
    assert all((status, problem["code"]) == (409, "already-has-coupon") for status, problem in again)
    assert await winner.leave() == 409


async def test_the_public_state_of_a_line_needs_no_sign_in(
    start_queue: StartQueue, new_customer: NewCustomer, http: aiohttp.ClientSession, main: Main
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(quantity=9, paused=True))
    await until_known(event, queue)
    await new_customer(event, queue).join()

    _, _, state = await ask(http, "GET", f"{queue.url}/queue/v1/events/{event.coupon_event_id}")

    assert {**state, "opens_at": None, "closes_at": None} == {
        "state": "paused",
        "serving": 0,
        "waiting": 1,
        "stock_left": 9,
        "issued": 0,
        "opens_at": None,
        "closes_at": None,
    }
    assert abs(datetime.fromisoformat(state["opens_at"]) - event.opens_at) < timedelta(milliseconds=2)


async def test_a_record_that_is_not_ours_stops_nothing(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main
) -> None:
    queue = start_queue()
    for topic in ("coupon-events", "coupons"):
        for garbage in (b"", b"\xff\xfe", b"[]", b"{}", b'{"type":"coupon.issued.v9"}', b'{"type":"coupon.issued.v1"}'):
            main.raw(topic, garbage)
    event = main.publish(coupon_event(quantity=1))
    await until_known(event, queue)

    customer = new_customer(event, queue)
    await customer.join()

    assert await customer.listen() == "issued"


async def test_metrics_say_how_the_line_is_doing(
    start_queue: StartQueue, new_customer: NewCustomer, http: aiohttp.ClientSession, main: Main
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(paused=True))
    await until_known(event, queue)
    await new_customer(event, queue).join()

    async def shows_one_waiting() -> bool:
        async with http.get(f"{queue.url}/metrics") as response:
            shown = await response.text()
            return "queue_waiting 1.0" in shown and 'queue_lines{state="paused"} ' in shown

    await eventually(shows_one_waiting)


def test_a_wrong_setting_stops_the_process_before_it_starts(keys: Keys, tmp_path: Any) -> None:
    queue = QueueProcess(name="bad name!", redis_url="http://x", brokers="", keys=keys, log=tmp_path / "log")

    assert queue.process.wait(15) != 0
    assert "redis_url" in queue.log.read_text()


@pytest.mark.parametrize("method", ["HEAD"])
async def test_a_stream_cannot_be_asked_for_its_head(
    start_queue: StartQueue, http: aiohttp.ClientSession, method: str
) -> None:
    queue = start_queue()

    async with http.request(method, f"{queue.url}/queue/v1/events/{uuid4()}/line") as response:
        assert response.status == 405


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("/queue/v1/events/{id}", "GET, HEAD, OPTIONS"),
        ("/queue/v1/events/{id}/ticket", "POST, DELETE, OPTIONS"),
        ("/queue/v1/events/{id}/place", "GET, HEAD, OPTIONS"),
        ("/queue/v1/events/{id}/line", "GET, OPTIONS"),
        ("/queue/v1/events/{id}/watch", "GET, OPTIONS"),
        ("/queue/v1/events/{id}/operator", "GET, OPTIONS"),
        ("/queue/v1/openapi.json", "GET, HEAD, OPTIONS"),
        ("/healthz", "GET, HEAD, OPTIONS"),
    ],
)
async def test_an_address_says_to_everybody_which_methods_it_takes_as_main_s_do(
    start_queue: StartQueue, http: aiohttp.ClientSession, path: str, taken: str
) -> None:
    address = start_queue().url + path.format(id=uuid4())

    async with http.options(address) as asked, http.request("PATCH", address) as refused:
        assert (asked.status, asked.headers["Allow"], await asked.read()) == (204, taken, b"")
        assert (refused.status, refused.headers["Allow"]) == (405, taken)
        assert (await refused.json(content_type="application/problem+json"))["code"] == "method-not-allowed"


async def test_simulated_customers_join_rehearsals_only_and_nobody_else_does(
    start_queue: StartQueue, http: aiohttp.ClientSession, keys: Keys, main: Main
) -> None:
    queue = start_queue()
    drop = main.publish(coupon_event())
    rehearsal = main.publish(coupon_event(rehearsal=True))
    await until_known(drop, queue)
    await until_known(rehearsal, queue)
    customer = with_bearer(keys.token(1))
    simulated = with_bearer(keys.token(FIRST_SIMULATED_ACCOUNT + 1, role=SIMULATED_ROLE))

    async def joins(event: CouponEventChangedV1, who: dict[str, str]) -> tuple[int, str | None]:
        address = f"{queue.url}/queue/v1/events/{event.coupon_event_id}/ticket"
        status, _, document = await ask(http, "POST", address, headers=who)
        return status, document.get("code")

    assert await joins(rehearsal, customer) == (404, "unknown-event")
    assert await joins(drop, simulated) == (404, "unknown-event")
    assert await joins(drop, customer) == (201, None)
    assert await joins(rehearsal, simulated) == (201, None)
    await eventually(
        lambda: (
            FIRST_SIMULATED_ACCOUNT + 1
            in {asked.customer_id for asked in main.claims if asked.coupon_event_id == rehearsal.coupon_event_id}
        )
    )
