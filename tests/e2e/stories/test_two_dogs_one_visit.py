"""From a first mail to a calendar: two dogs, one visit, a change of plans, and a friend who waited for the time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from icalendar import Calendar

from tests.e2e.conftest import Cast
from tests.e2e.stories.people import Customer, Json, Owner, initials_of
from tests.harness.people import Person
from tests.harness.waiting import until_answered

SEOUL = ZoneInfo("Asia/Seoul")
# So far ahead that cancelling is still free, and no other test books there.
DAYS_AHEAD = 40


@pytest.fixture
async def owner(groomer: Person, cast: Cast) -> AsyncIterator[Owner]:
    owner = Owner(groomer, cast.groomer_id)
    salon, rules = await owner.salon(), await owner.price_rules()
    yield owner
    await owner.come_back()
    await owner.put("times", {key: salon[key] for key in ("opening_hours", "breaks", "closed_days")})
    await owner.put("price-rules", rules)


@pytest.mark.timeout(180)
async def test_two_dogs_are_groomed_in_one_visit_and_a_friend_gets_the_time_that_is_given_up(
    http: aiohttp.ClientSession, owner: Owner
) -> None:
    salon = await owner.salon()
    away_on, day = _open_days(salon)[:2]

    # The groomer opens an hour of rest, asks more for curly coats, and will be away on one of the days.
    await owner.put("times", _with_a_break(salon))
    await owner.put("price-rules", {"rules": [_for_curly_coats()]})
    await owner.be_away_on(away_on)

    # 보리's and 콩이's owner comes, confirms her address, and finds the salon by its first consonants.
    mina = await Customer.new(http)
    await mina.add_dog("보리", breed="poodle-toy", weight_grams=4_200, coat="curly")
    await mina.add_dog("콩이", breed="mixed", weight_grams=11_500, coat="double")
    found = await mina.find_salon(initials_of(salon["name"]))
    assert found["id"] == salon["id"]

    bath = found["treatments"][0]
    assert await mina.free_times(found, bath, groomer_id=owner.groomer_id, on=away_on) == []
    booking = await _booked_and_moved(mina, found, bath, owner=owner, day=day)
    friend = await Customer.new(http)
    won = await _given_up_and_won(friend, mina, booking, bath, owner=owner, day=day)

    # Her calendar has it from an address of its own, which she can take back.
    feed = await friend.post("calendar-feeds", {})
    [entry] = await _entries_at(http, feed["url"])
    assert (entry["uid"].startswith(won["id"]), entry["dtstart"].dt) == (True, datetime.fromisoformat(won["starts_at"]))
    await friend.delete(f"calendar-feeds/{feed['id']}")
    assert (await http.get(feed["url"])).status == 404

    # The groomer sees who comes, and is free again on the day she wanted off.
    listed = await owner.person.api.expect(200, method="GET", path="/api/v1/bookings", params={"limit": "100"})
    assert won["id"] in [one["id"] for one in listed["items"] if one["state"] == "confirmed"]
    await owner.come_back()
    assert await mina.free_times(found, bath, groomer_id=owner.groomer_id, on=away_on)


async def _booked_and_moved(mina: Customer, salon: Json, bath: Json, *, owner: Owner, day: date) -> Json:
    """One visit for both dogs, at the price that was shown; then another hour, and it is still that booking."""
    price = await mina.price_of(salon, bath)
    times = await mina.free_times(salon, bath, groomer_id=owner.groomer_id, on=day)
    assert [one for one in times if _touches_the_break(one)] == []

    wish = {"groomer_id": owner.groomer_id, "treatments": mina.visit(bath), "starts_at": times[0]["starts_at"]}
    booking = await mina.post("bookings", wish)
    assert (booking["price"], [one["dog"]["name"] for one in booking["treatments"]]) == (price, ["보리", "콩이"])

    moved = await mina.post(f"bookings/{booking['id']}/reschedule", {"starts_at": times[-1]["starts_at"]}, status=200)
    assert (moved["id"], moved["sequence"], moved["starts_at"]) == (booking["id"], 1, times[-1]["starts_at"])
    return moved


async def _given_up_and_won(
    friend: Customer, mina: Customer, booking: Json, bath: Json, *, owner: Owner, day: date
) -> Json:
    """A friend waits for that day. 미나 cancels at the fee that she was shown, and the friend is offered her time."""
    await friend.add_dog("두부", breed="mixed", weight_grams=4_000, coat="short")
    wait = {"groomer_id": owner.groomer_id, "treatments": friend.visit(bath), "first_day": day.isoformat()}
    entry = await friend.post("waitlist", wait)

    cancelled = await mina.post(f"bookings/{booking['id']}/cancel", {}, status=200)
    fee = booking["cancellation_terms"][0]["fee"]
    assert (cancelled["state"], cancelled["cancellation_fee"]) == ("cancelled_by_customer", fee)

    offered = await until_answered(lambda: friend.get(f"waitlist/{entry['id']}"), lambda now: now["state"] == "offered")
    won = await friend.post(f"holds/{offered['offers'][-1]['id']}/booking", {})
    assert won["starts_at"] < booking["ends_at"]
    assert won["ends_at"] > booking["starts_at"]
    return won


async def _entries_at(http: aiohttp.ClientSession, url: str) -> list[Any]:
    """As a calendar reads them, that knows nothing but the address."""
    async with http.get(url) as answer:
        assert (answer.status, answer.content_type) == (200, "text/calendar")
        return list(Calendar.from_ical(await answer.read()).events)


def _open_days(salon: Json) -> list[date]:
    """In the week that begins so far ahead."""
    first = datetime.now(SEOUL).date() + timedelta(days=DAYS_AHEAD)
    return [day for day in (first + timedelta(days=more) for more in range(7)) if _is_open(salon, day)]


def _is_open(salon: Json, day: date) -> bool:
    return any(hours["weekday"] == day.weekday() for hours in salon["opening_hours"])


def _with_a_break(salon: Json) -> Json:
    breaks = [
        {"weekday": hours["weekday"], "starts_at": "12:30", "ends_at": "13:30"} for hours in salon["opening_hours"]
    ]
    return {"opening_hours": salon["opening_hours"], "breaks": breaks, "closed_days": salon["closed_days"]}


def _for_curly_coats() -> Json:
    return {"treatment_id": None, "reason": "coat", "value": "curly", "won": 10_000}


def _touches_the_break(time: Json) -> bool:
    starts, ends = (datetime.fromisoformat(time[key]).astimezone(SEOUL) for key in ("starts_at", "ends_at"))
    rest = starts.replace(hour=12, minute=30), starts.replace(hour=13, minute=30)
    return starts < rest[1] and ends > rest[0]
