"""Signing out ends everything of that session, at every instance behind the one address; two tabs do not mix people."""

from __future__ import annotations

import asyncio
import os
import time

import aiohttp
import pytest
from redis.asyncio import Redis

from tests.harness.chat_client import ChatClient
from tests.harness.coupon_events import opened_and_held
from tests.harness.people import Person, register, sign_in
from tests.harness.refusals import assert_refused
from tests.harness.sse import events
from tests.harness.waiting import until

WITHIN_SECONDS = 5.0
# So many that both instances of queue have some.
STREAMS = 4


async def _last_words(http: aiohttp.ClientSession, person: Person, event_id: str) -> list[str]:
    async with http.get(f"/queue/v1/events/{event_id}/line", headers=person.api.headers) as response:
        assert response.status == 200
        return [f"{event.event} {event.data}" async for event in events(response.content)][-1:]


@pytest.mark.parametrize("redis_stands_still_for_ms", [0, 1_500])
async def test_signing_out_ends_sockets_and_streams_everywhere_within_seconds(
    http: aiohttp.ClientSession, base_url: str, operator: Person, redis_stands_still_for_ms: int
) -> None:
    new = await register(http)
    person = await sign_in(http, email=new.email, password=new.password)
    event_id = await opened_and_held(operator)
    await person.api.expect(201, method="POST", path=f"/queue/v1/events/{event_id}/ticket", json_body={})
    devices = [ChatClient(base_url, token=person.token) for _ in range(STREAMS)]
    for device in devices:
        await device.connect()
    streams = [asyncio.create_task(_last_words(http, person, event_id)) for _ in range(STREAMS)]
    await asyncio.sleep(1)

    async with Redis.from_url(os.environ["QUEUE_REDIS_URL"]) as redis:
        if redis_stands_still_for_ms:
            await redis.client_pause(redis_stands_still_for_ms, all=True)
    await person.api.expect(204, method="DELETE", path="/api/v1/sessions")
    began = time.monotonic()

    async with asyncio.timeout(WITHIN_SECONDS + redis_stands_still_for_ms / 1000):
        words = await asyncio.gather(*streams)
    assert all("farewell" in word and "session-ended" in word for [word] in words), words
    assert await until(lambda: all(device.closed for device in devices), seconds=WITHIN_SECONDS)
    assert {device.close_code for device in devices} == {4401}
    await asyncio.gather(*(device.close() for device in devices))
    assert time.monotonic() - began < WITHIN_SECONDS + redis_stands_still_for_ms / 1000
    for _ in range(4):
        place = await person.api.call("GET", f"/queue/v1/events/{event_id}/place")
        assert_refused(place, status=401, code="invalid-token")
        assert_refused(await person.api.call("GET", "/api/v1/accounts/me"), status=401, code="invalid-token")


async def test_a_page_of_the_first_person_does_not_act_as_the_second(
    http: aiohttp.ClientSession, base_url: str, operator: Person
) -> None:
    event_id = await opened_and_held(operator)
    first, second = [await register(http) for _ in range(2)]
    async with aiohttp.ClientSession(base_url=base_url + "/", cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        accounts = []
        for one in (first, second):  # in one tab, then in another: the cookies are the second's now
            body = {"email": one.email, "password": one.password, "client": "browser"}
            async with browser.post("/api/v1/sessions", json=body) as answer:
                assert answer.status == 201
                accounts.append(str((await answer.json())["account"]["id"]))
        cookies = {cookie.key: cookie.value for cookie in browser.cookie_jar}
        writes = {"X-CSRFToken": cookies["csrftoken"], "Origin": base_url}

        for path in ("/api/v1/bookings", f"/queue/v1/events/{event_id}/ticket"):
            of_first = {**writes, "Salon-Account": accounts[0]}
            async with browser.post(path, json={}, headers=of_first) as refused:
                assert (refused.status, (await refused.json())["code"]) == (409, "signed-in-as-another")
        async with browser.get(f"/queue/v1/events/{event_id}/line?account={accounts[0]}") as refused:
            assert refused.status == 409
        of_second = {**writes, "Salon-Account": accounts[1]}
        async with browser.post(f"/queue/v1/events/{event_id}/ticket", json={}, headers=of_second) as joined:
            assert joined.status == 201
