"""Nobody, strangers and the wrong role stay outside, at every endpoint and in the same shape."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import aiohttp
import pytest

from tests.demo.scenarios import booking
from tests.e2e.conftest import Cast
from tests.harness.api_client import ApiClient
from tests.harness.chat_client import ChatClient, ChatRefused
from tests.harness.coupon_events import draft
from tests.harness.people import Person, sign_up
from tests.harness.refusals import assert_refused
from tests.harness.system.backstage import Backstage
from tests.harness.system.row_counts import census, left_behind
from tests.harness.tokens import BAD_TOKENS, good_token, token_for
from tests.harness.waiting import until

SOMETHING = str(uuid4())
PRIVATE = [
    ("GET", "/api/v1/accounts/me"),
    ("GET", "/api/v1/bookings"),
    ("POST", "/api/v1/bookings"),
    ("GET", f"/api/v1/bookings/{SOMETHING}"),
    ("POST", f"/api/v1/bookings/{SOMETHING}/cancel"),
    ("POST", f"/api/v1/bookings/{SOMETHING}/reschedule"),
    ("POST", f"/api/v1/bookings/{SOMETHING}/complete"),
    ("POST", f"/api/v1/bookings/{SOMETHING}/no-show"),
    ("GET", "/api/v1/notifications"),
    ("POST", "/api/v1/notifications/read"),
    ("POST", "/api/v1/coupon-events"),
    ("POST", f"/api/v1/coupon-events/{SOMETHING}/publish"),
    ("POST", f"/api/v1/coupon-events/{SOMETHING}/open"),
    ("GET", "/api/v1/coupons"),
    ("GET", "/api/v1/rooms"),
    ("POST", "/api/v1/rooms"),
    ("GET", f"/api/v1/rooms/{SOMETHING}/messages"),
    ("POST", f"/queue/v1/events/{SOMETHING}/ticket"),
    ("DELETE", f"/queue/v1/events/{SOMETHING}/ticket"),
    ("GET", f"/queue/v1/events/{SOMETHING}/place"),
    ("GET", f"/queue/v1/events/{SOMETHING}/line"),
]
ONE_OF_EACH = [("GET", "/api/v1/accounts/me"), ("POST", f"/queue/v1/events/{SOMETHING}/ticket")]


@pytest.fixture
async def nothing_half_done(backstage: Backstage) -> AsyncIterator[None]:
    before = await census(backstage)
    yield
    assert left_behind(before, await census(backstage)) == {}


@pytest.mark.parametrize(("method", "path"), PRIVATE)
@pytest.mark.usefixtures("nothing_half_done")
async def test_nobody_is_asked_to_sign_in(nobody: ApiClient, method: str, path: str) -> None:
    answer = await nobody.call(method, path, json_body={} if method == "POST" else None)

    assert_refused(answer, status=401, code="not-signed-in")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("method", "path"), ONE_OF_EACH)
@pytest.mark.parametrize("why", BAD_TOKENS)
async def test_a_token_that_is_not_good_is_refused_everywhere(
    http: aiohttp.ClientSession, customer: Person, method: str, path: str, why: str
) -> None:
    answer = await ApiClient(http, token=BAD_TOKENS[why](customer.id)).call(method, path)

    code = "not-signed-in" if why == "empty" and answer.code == "not-signed-in" else "invalid-token"
    assert_refused(answer, status=401, code=code)


async def test_the_same_token_made_well_is_accepted(http: aiohttp.ClientSession, customer: Person) -> None:
    """Or the tests above would pass whatever the endpoints did."""
    api = ApiClient(http, token=good_token(customer.id))

    me = await api.expect(200, method="GET", path="/api/v1/accounts/me")
    ticket = await api.call("POST", f"/queue/v1/events/{SOMETHING}/ticket", json_body={})

    assert me["id"] == customer.id
    assert_refused(ticket, status=404, code="unknown-event")


@pytest.mark.parametrize("why", ["expired", "by another issuer", "signed by a stranger", "garbage"])
async def test_a_socket_with_a_bad_token_is_told_why_and_closed(base_url: str, customer: Person, why: str) -> None:
    device = ChatClient(base_url, token=BAD_TOKENS[why](customer.id))
    await device.connect()

    try:
        assert await until(lambda: device.closed, seconds=5)
        assert [problem["code"] for problem in device.problems] == ["invalid-token"]
        assert device.close_code == 4401
    finally:
        await device.close()


async def test_a_socket_is_closed_when_its_token_runs_out(base_url: str, customer: Person) -> None:
    device = ChatClient(base_url, token=token_for(customer.id, seconds=3))
    await device.connect()

    try:
        assert (await device.ask({"type": "ping"}))["type"] == "pong"
        assert await until(lambda: device.closed, seconds=8)
        assert device.close_code == 4401
    finally:
        await device.close()


async def test_a_socket_from_a_foreign_page_with_our_cookie_is_refused(
    base_url: str, http: aiohttp.ClientSession, customer: Person
) -> None:
    cookie = {"Cookie": f"salon_access={customer.token}"}

    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await http.ws_connect("ws/v1/chat", headers={**cookie, "Origin": "https://evil.example"})
    ours = await http.ws_connect("ws/v1/chat", headers={**cookie, "Origin": base_url})

    assert refusal.value.status == 403
    await ours.close()


async def test_a_write_with_the_cookie_alone_needs_the_csrf_token_or_our_origin(
    nobody: ApiClient, customer: Person
) -> None:
    cookie = {"Cookie": f"salon_access={customer.token}"}

    at_main = await nobody.call("POST", "/api/v1/notifications/read", json_body={}, headers=cookie)
    at_queue = await nobody.call(
        "POST",
        f"/queue/v1/events/{SOMETHING}/ticket",
        json_body={},
        headers={**cookie, "Origin": "https://evil.example"},
    )

    assert at_main.status == 403
    assert at_main.is_problem
    assert_refused(at_queue, status=403, code="foreign-origin")


@pytest.mark.usefixtures("nothing_half_done")
async def test_a_customer_is_no_operator_and_a_groomer_no_customer(customer: Person, groomer: Person) -> None:
    for answer in (
        await customer.api.call("POST", "/api/v1/coupon-events", json_body={}),
        await customer.api.call("POST", f"/api/v1/coupon-events/{SOMETHING}/open", json_body={}),
        await groomer.api.call("POST", "/api/v1/bookings", json_body={}),
        await groomer.api.call("POST", "/api/v1/rooms", json_body={}),
    ):
        assert_refused(answer, status=403, code="forbidden")


async def test_somebody_elses_booking_is_not_there(customers: list[Person], backstage: Backstage) -> None:
    owner, stranger = customers[:2]
    slot = await booking.find_slot(owner)
    race = await booking.race([owner], slot, backstage)
    path = f"/api/v1/bookings/{race.attempts[0].booking_id}"

    assert_refused(await stranger.api.call("GET", path), status=404, code="not-found")
    cancel = await stranger.api.call("POST", f"{path}/cancel", json_body={})
    assert_refused(cancel, status=404, code="not-found")
    mine = await owner.api.expect(200, method="GET", path=path)
    assert mine["status"] == "confirmed"
    await owner.api.expect(200, method="POST", path=f"{path}/cancel", json_body={})


async def test_somebody_elses_room_is_not_there_over_http_and_on_the_socket(
    http: aiohttp.ClientSession, base_url: str, cast: Cast, customer: Person
) -> None:
    owner = await sign_up(http)
    room = await owner.api.expect(201, method="POST", path="/api/v1/rooms", json_body={"groomer_id": cast.groomer_id})
    device = ChatClient(base_url, token=customer.token)
    await device.connect()

    try:
        read = await customer.api.call("GET", f"/api/v1/rooms/{room['id']}/messages")
        assert_refused(read, status=404, code="room-not-found")
        with pytest.raises(ChatRefused, match="room-not-found"):
            await device.subscribe(room["id"], after=None)
        with pytest.raises(ChatRefused, match="room-not-found"):
            await device.send(room["id"], client_message_id=str(uuid4()), text="몰래")
    finally:
        await device.close()
    history = await owner.api.expect(200, method="GET", path=f"/api/v1/rooms/{room['id']}/messages")
    assert history["items"] == []


async def test_an_operators_draft_is_not_there_for_others(
    operator: Person, customer: Person, nobody: ApiClient
) -> None:
    event_id = await draft(operator)

    for api in (customer.api, nobody):
        assert_refused(await api.call("GET", f"/api/v1/coupon-events/{event_id}"), status=404, code="unknown-event")
