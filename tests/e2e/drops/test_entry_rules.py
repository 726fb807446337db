"""A drop that asks who somebody is: accounts that were made for it get nothing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import aiohttp

from tests.harness.api_client import Answer
from tests.harness.coupon_events import act, announce_event, line_state_is
from tests.harness.people import Person, register, stay_signed_in

DOG = {
    "name": "보리",
    "breed": "bichon-frise",
    "born_in": "2021-03",
    "sex": "female",
    "neutered": "yes",
    "weight_grams": 5_400,
    "coat": "curly",
}


async def _newcomer(http: aiohttp.ClientSession) -> Person:
    new = await register(http)
    return await stay_signed_in(http, email=new.email, password=new.password)


async def _join(person: Person, event_id: str) -> Answer:
    return await person.api.call("POST", f"/queue/v1/events/{event_id}/ticket", json_body={})


async def _gets_the_coupon(person: Person, event_id: str) -> bool:
    """Within 20 s."""
    for _ in range(100):
        mine = await person.api.expect(200, method="GET", path="/api/v1/coupons")
        if any(coupon["coupon_event_id"] == event_id for coupon in mine["items"]):
            return True
        await asyncio.sleep(0.2)
    return False


async def test_accounts_made_for_a_drop_get_nothing_and_an_older_one_with_a_dog_does(
    http: aiohttp.ClientSession, operator: Person
) -> None:
    regular = await _newcomer(http)
    await asyncio.sleep(1.1)
    announced_at = datetime.now(UTC)
    event_id = await announce_event(operator, coupons=1, needs_account_before=announced_at.isoformat(), needs_dog=True)
    await asyncio.sleep(1.1)  # a token says to the second when its account was made; of that second main decides
    made_for_it = [await _newcomer(http) for _ in range(3)]
    for person in made_for_it:
        await person.api.expect(201, method="POST", path="/api/v1/dogs", json_body=DOG)
        await person.renew(person.token)
    await act(operator, event_id, "open")
    await line_state_is(regular, event_id, "open")

    refused = [await _join(person, event_id) for person in made_for_it]
    without_a_dog = await _join(regular, event_id)
    await regular.api.expect(201, method="POST", path="/api/v1/dogs", json_body=DOG)
    with_the_old_token = await _join(regular, event_id)
    await regular.renew(regular.token)
    joined = await _join(regular, event_id)

    assert [(answer.status, answer.code, answer.body.get("missing")) for answer in refused] == [
        (403, "not-eligible", ["account-before"])
    ] * 3
    assert without_a_dog.body["missing"] == with_the_old_token.body["missing"] == ["dog"]
    assert (joined.status, joined.body["number"]) == (201, 1)

    assert await _gets_the_coupon(regular, event_id)


async def test_what_a_drop_asks_is_said_to_everybody_beforehand(
    http: aiohttp.ClientSession, operator: Person, customer: Person
) -> None:
    event_id = await announce_event(operator, coupons=1, needs_confirmed_email=True)

    shown = await customer.api.expect(200, method="GET", path=f"/api/v1/coupon-events/{event_id}")

    assert (shown["needs_confirmed_email"], shown["needs_account_before"], shown["needs_dog"]) == (True, None, False)
