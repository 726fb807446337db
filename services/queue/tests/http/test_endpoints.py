"""What each endpoint of the line accepts, and that every refusal has one shape."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import aiohttp
import pytest

from salon_contracts.events.coupons import (
    FIRST_SIMULATED_ACCOUNT,
    SIMULATED_ROLE,
    CouponEventChangedV1,
    EventState,
    RefusalReason,
)
from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.keys import Keys
from tests.harness.main import Main
from tests.harness.processes import QueueProcess
from tests.harness.waiting import eventually

ORIGIN = "http://salon.test"


def with_bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def ask(
    http: aiohttp.ClientSession, method: str, url: str, **options: Any
) -> tuple[int, dict[str, str], dict[str, Any]]:
    async with http.request(method, url, **options) as response:
        raw = await response.read()
        return response.status, dict(response.headers), json.loads(raw) if raw else {}


class _Lines(NamedTuple):
    """Where each of four is: it takes people, opens later, is over, is full."""

    open: str
    later: str
    over: str
    full: str


Refusal = tuple[int, str, str, str, dict[str, Any]]
"""Its status and code, and the request that it answers."""


def _of_whom_it_does_not_know(keys: Keys, *, queue: QueueProcess, line: str) -> list[Refusal]:
    me, cookie = with_bearer(keys.token(1)), {"Cookie": f"salon_access={keys.token(1)}"}
    ticket = f"{line}/ticket"
    return [
        (404, "not-found", "GET", f"{queue.url}/queue/v1/nothing", {}),
        (405, "method-not-allowed", "PUT", ticket, {}),
        (405, "method-not-allowed", "POST", f"{line}/line", {}),
        (401, "not-signed-in", "POST", ticket, {}),
        (401, "invalid-token", "POST", ticket, {"headers": with_bearer("x.y.z")}),
        (401, "invalid-token", "POST", ticket, {"headers": with_bearer(keys.token(1, exp=1))}),
        (401, "invalid-token", "POST", ticket, {"headers": with_bearer(keys.token(1, aud="else"))}),
        (401, "invalid-token", "POST", ticket, {"headers": with_bearer(keys.token(1, iss="else"))}),
        (401, "invalid-token", "POST", ticket, {"headers": with_bearer(keys.token(1, type="refresh"))}),
        (401, "invalid-token", "POST", ticket, {"headers": {**cookie, "Authorization": "Basic x"}}),
        (409, "signed-in-as-another", "POST", ticket, {"headers": {**me, "Salon-Account": "2"}}),
        (409, "signed-in-as-another", "POST", f"{ticket}?account=2", {"headers": me}),
        (409, "signed-in-as-another", "GET", ticket.replace("ticket", "line?account=2"), {"headers": cookie}),
        (409, "signed-in-as-another", "DELETE", ticket, {"headers": {**me, "Salon-Account": ""}}),
        (403, "foreign-origin", "POST", ticket, {"headers": {**cookie, "Origin": "http://evil.test"}}),
        (403, "foreign-origin", "DELETE", ticket, {"headers": cookie}),
        (403, "forbidden", "POST", ticket, {"headers": with_bearer(keys.token(8, role="groomer"))}),
        (403, "forbidden", "POST", ticket, {"headers": with_bearer(keys.token(9, role="operator"))}),
    ]


def _of_what_it_cannot_do(keys: Keys, *, events: str, lines: _Lines, others: str) -> list[Refusal]:
    me = with_bearer(keys.token(1))
    ticket = f"{lines.open}/ticket"
    return [
        (404, "unknown-event", "POST", f"{events}/{uuid4()}/ticket", {"headers": with_bearer(keys.token(11))}),
        (404, "unknown-event", "POST", f"{events}/spring/ticket", {"headers": with_bearer(keys.token(12))}),
        (404, "unknown-event", "GET", f"{events}/{uuid4()}", {}),
        (409, "not-yet-open", "POST", f"{lines.later}/ticket", {"headers": me}),
        (410, "closed", "POST", f"{lines.over}/ticket", {"headers": me}),
        (503, "line-full", "POST", f"{lines.full}/ticket", {"headers": me}),
        (404, "not-in-line", "GET", f"{lines.open}/line", {"headers": me}),
        (404, "not-in-line", "GET", f"{lines.open}/place", {"headers": me}),
        (400, "malformed-request", "POST", ticket, {"data": b"{", "headers": _json(keys.token(3))}),
        (422, "invalid-input", "POST", ticket, {"json": {"number": 1}, "headers": with_bearer(keys.token(4))}),
        (422, "invalid-input", "POST", ticket, {"json": {"ticket": 7}, "headers": with_bearer(keys.token(4))}),
        (400, "malformed-request", "POST", ticket, {"json": [], "headers": with_bearer(keys.token(4))}),
        (422, "invalid-ticket", "POST", ticket, {"json": {"ticket": "AAAA"}, "headers": with_bearer(keys.token(5))}),
        (
            *(422, "invalid-ticket", "POST", ticket),
            {"json": {"ticket": others}, "headers": with_bearer(keys.token(5))},
        ),
        (415, "unsupported-media-type", "POST", ticket, {"data": b"a=b", "headers": with_bearer(keys.token(6))}),
        (413, "too-large", "POST", ticket, {"data": b"{" + b" " * 9000, "headers": _json(keys.token(7))}),
        (429, "rate-limited", "POST", f"{lines.full}/ticket", {"headers": me}),
    ]


async def test_every_refusal_has_the_same_shape(
    start_queue: StartQueue, http: aiohttp.ClientSession, keys: Keys, main: Main
) -> None:
    queue = start_queue(QUEUE_JOINS_PER_ACCOUNT="4", QUEUE_JOINS_PER_ACCOUNT_SECONDS="600")
    now = datetime.now(UTC)
    event = main.publish(coupon_event())
    later = main.publish(coupon_event(opens_at=now + timedelta(hours=1), closes_at=now + timedelta(hours=2)))
    over = main.publish(coupon_event(state=EventState.CLOSED))
    full = main.publish(coupon_event(max_waiting=1, paused=True))
    await until_known(full, queue)

    events = f"{queue.url}/queue/v1/events"
    lines = _Lines(*(f"{events}/{one.coupon_event_id}" for one in (event, later, over, full)))
    me, other = with_bearer(keys.token(1)), with_bearer(keys.token(2))
    await ask(http, "POST", f"{lines.full}/ticket", headers=other)
    _, _, others = await ask(http, "POST", f"{lines.full}/ticket", headers=other)
    cases = [
        *_of_whom_it_does_not_know(keys, queue=queue, line=lines.open),
        *_of_what_it_cannot_do(keys, events=events, lines=lines, others=others["ticket"]),
    ]
    # The fourth join of account 1 is the last one that it may make for now.
    await ask(http, "POST", f"{lines.over}/ticket", headers=me)

    for status, code, method, url, options in sorted(cases, key=lambda case: case[1] == "rate-limited"):
        got, headers, problem = await ask(http, method, url, **options)

        what = f"{method} {url} expected {code}: {problem}"
        assert (got, problem["code"], problem["status"]) == (status, code, status), what
        assert headers["Content-Type"] == "application/problem+json", what
        assert problem["type"].endswith(f"/{code}"), what
        assert problem["title"], what
        assert ("Retry-After" in headers) == (status in {429, 503}), what
        assert ("Allow" in headers) == (status == 405), what
    assert (await ask(http, "GET", f"{events}/{event.coupon_event_id}"))[2]["waiting"] == 0, "nothing half-done"


def _json(token: str) -> dict[str, str]:
    return {**with_bearer(token), "Content-Type": "application/json"}


async def test_a_refusal_speaks_the_callers_language(start_queue: StartQueue, http: aiohttp.ClientSession) -> None:
    queue = start_queue()

    answers = [
        await ask(http, "GET", f"{queue.url}/nothing", headers={"Accept-Language": language})
        for language in ("en-GB,ko;q=0.5", "ko-KR", "fr")
    ]

    titles = [problem["title"] for _, _, problem in answers]
    assert titles == ["There is no such thing", "찾을 수 없어요", "찾을 수 없어요"]


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
            return f'queue_waiting{{event="{event.coupon_event_id}"}} 1.0' in await response.text()

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
