"""What the line says no to, and that a no leaves no place, no unit and no coupon behind."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import aiohttp
import pytest

from tests.harness.api_client import Answer
from tests.harness.coupon_events import act, draft, full_after, line_state_is, opened, opened_and_held, published
from tests.harness.line_client import LineClient, LineRefused, LineWatcher
from tests.harness.people import Person, sign_up
from tests.harness.refusals import assert_refused
from tests.harness.system.backstage import Backstage


def _at(event_id: str, what: str = "ticket") -> str:
    return f"/queue/v1/events/{event_id}/{what}"


async def _join(person: Person, event_id: str, **body: object) -> Answer:
    return await person.api.call("POST", _at(event_id), json_body=body)


async def _waiting(person: Person, event_id: str) -> int:
    state = await person.api.expect(200, method="GET", path=f"/queue/v1/events/{event_id}")
    return int(state["waiting"])


@pytest.mark.parametrize("event_id", [str(uuid4()), "not-an-id", "%00", "..%2f..%2fetc"])
@pytest.mark.parametrize(("method", "what"), [("POST", "ticket"), ("GET", "line"), ("GET", "place")])
async def test_an_event_that_is_not_there_has_no_line(customer: Person, event_id: str, method: str, what: str) -> None:
    answer = await customer.api.call(method, _at(event_id, what))

    assert answer.is_problem
    assert (answer.status, answer.code) in {
        (404, "unknown-event"),
        (404, "not-in-line"),
        (404, "not-found"),
        (400, "bad-request"),
    }


async def test_a_draft_has_no_line(customer: Person, operator: Person) -> None:
    event_id = await draft(operator)

    assert_refused(await _join(customer, event_id), status=404, code="unknown-event")


async def test_before_the_opening_the_line_says_when_it_opens(customer: Person, operator: Person) -> None:
    event_id = await published(operator)

    answer = await _join(customer, event_id)

    assert_refused(answer, status=409, code="not-yet-open")
    assert answer.body["opens_at"]
    assert await _waiting(customer, event_id) == 0
    assert_refused(await customer.api.call("GET", _at(event_id, "place")), status=404, code="not-in-line")


async def test_after_the_close_the_line_is_closed_and_a_coupon_is_never_given(
    customers: list[Person], operator: Person, backstage: Backstage
) -> None:
    event_id = await opened_and_held(operator)
    early, late = customers[:2]
    await _join(early, event_id)
    await act(operator, event_id, "close")
    await line_state_is(operator, event_id, "closed")

    answer = await _join(late, event_id)

    assert_refused(answer, status=410, code="closed")
    assert_refused(await _join(early, event_id), status=410, code="closed")
    assert await backstage.coupon_rows(event_id) == ()


async def test_joining_twice_at_once_and_again_gives_one_place(customer: Person, operator: Person) -> None:
    event_id = await opened_and_held(operator)

    answers = await asyncio.gather(*(_join(customer, event_id) for _ in range(8)))
    again = await _join(customer, event_id, ticket=answers[0].body["ticket"])

    assert sorted(answer.status for answer in answers) == [200] * 7 + [201]
    assert {answer.body["number"] for answer in [*answers, again]} == {1}
    assert again.status == 200
    assert await _waiting(customer, event_id) == 1


async def test_whoever_has_a_coupon_gets_no_second_place(
    customers: list[Person], operator: Person, backstage: Backstage
) -> None:
    event_id = await opened(operator, quantity=2)
    winner = customers[0]
    await _join(winner, event_id)
    final = await LineClient(winner.api, event_id=event_id, watcher=LineWatcher()).follow()

    answer = await _join(winner, event_id)

    assert final.state == "issued"
    assert_refused(answer, status=409, code="already-has-coupon")
    leave = await winner.api.call("DELETE", _at(event_id))
    assert_refused(leave, status=409, code="already-has-coupon")
    rows = await backstage.coupon_rows(event_id)
    assert [(row.customer, row.serial, row.coupon_id) for row in rows] == [(winner.id, 1, final.coupon_id)]
    mine = await winner.api.expect(200, method="GET", path="/api/v1/coupons")
    assert [coupon["serial"] for coupon in mine["items"] if coupon["coupon_event_id"] == event_id] == [1]


async def test_after_the_last_coupon_the_line_is_sold_out(customers: list[Person], operator: Person) -> None:
    event_id = await opened(operator, quantity=1)
    await _join(customers[0], event_id)
    await line_state_is(operator, event_id, "sold-out")

    answer = await _join(customers[1], event_id)

    assert_refused(answer, status=410, code="sold-out")
    assert_refused(await customers[1].api.call("GET", _at(event_id, "line")), status=404, code="not-in-line")


async def test_a_ticket_of_somebody_else_or_of_another_event_is_no_ticket(
    customers: list[Person], operator: Person
) -> None:
    event_id, other_event = await opened_and_held(operator), await opened_and_held(operator)
    owner, thief = customers[:2]
    ticket = (await _join(owner, event_id)).body["ticket"]

    for answer in (
        await _join(thief, event_id, ticket=ticket),
        await _join(owner, other_event, ticket=ticket),
        await _join(thief, event_id, ticket=ticket[:-2] + "xx"),
        await _join(thief, event_id, ticket="garbage"),
    ):
        assert_refused(answer, status=422, code="invalid-ticket")
    assert (await _waiting(owner, event_id), await _waiting(owner, other_event)) == (1, 0)


async def test_without_a_place_there_is_no_stream(customer: Person, operator: Person) -> None:
    event_id = await opened_and_held(operator)

    with pytest.raises(LineRefused, match="not-in-line"):
        await LineClient(customer.api, event_id=event_id, watcher=LineWatcher()).follow()


async def test_leaving_twice_is_leaving_once(customer: Person, operator: Person) -> None:
    event_id = await opened_and_held(operator)
    await _join(customer, event_id)

    first = await customer.api.call("DELETE", _at(event_id))
    second = await customer.api.call("DELETE", _at(event_id))

    assert (first.status, second.status) == (204, 204)
    assert await _waiting(customer, event_id) == 0


async def test_whoever_left_can_come_back_at_the_end(customers: list[Person], operator: Person) -> None:
    event_id = await opened_and_held(operator)
    first, second = customers[:2]
    ticket = (await _join(first, event_id)).body["ticket"]
    await _join(second, event_id)
    await first.api.call("DELETE", _at(event_id))

    back = await _join(first, event_id, ticket=ticket)

    assert (back.status, back.body["number"]) == (201, 3)
    # A place is told as of the last frame, and the next frame tells of the departure.
    await asyncio.sleep(1.5)
    place = await first.api.expect(200, method="GET", path=_at(event_id, "place"))
    assert place["ahead"] == 1


async def test_a_full_line_says_when_to_try_again(customers: list[Person], operator: Person) -> None:
    event_id = await full_after(operator, customers=2)
    for person in customers[:2]:
        await _join(person, event_id)

    answer = await _join(customers[2], event_id)

    assert_refused(answer, status=503, code="line-full")
    assert await _waiting(customers[2], event_id) == 2


async def test_pressing_too_often_is_told_to_wait(http: aiohttp.ClientSession, operator: Person) -> None:
    event_id = await opened_and_held(operator)
    hurried = await sign_up(http)

    answers = await asyncio.gather(*(_join(hurried, event_id) for _ in range(80)))

    limited = [answer for answer in answers if answer.status == 429]
    assert limited
    assert_refused(limited[0], status=429, code="rate-limited")
    assert await _waiting(hurried, event_id) == 1
