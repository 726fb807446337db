"""From a first mail to a calendar: two dogs, one visit, a change of plans, and a friend who waited for the time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import aiohttp
import pytest

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
    await owner.put("times", {key: salon[key] for key in ("opening_hours", "breaks", "closed_days")})
    await owner.put("price-rules", rules)


@pytest.mark.timeout(180)
async def test_two_dogs_are_groomed_in_one_visit_and_a_friend_gets_the_time_that_is_given_up(
    http: aiohttp.ClientSession, owner: Owner
) -> None:
    salon = await owner.salon()
    days = [datetime.now(SEOUL).date() + timedelta(days=DAYS_AHEAD + more) for more in range(7)]
    open_days = [day for day in days if _is_open(salon, day)]

    # The groomer opens an hour of rest, asks more for curly coats, and will be away on one of the days.
    await owner.put("times", _with_a_break(salon))
    await owner.put("price-rules", {"rules": [_for_curly_coats()]})
    away = await owner.be_away_on(open_days[0])

    # 보리's and 콩이's owner comes, confirms her address, and finds the salon by its first consonants.
    mina = await Customer.new(http)
    await mina.add_dog("보리", breed="poodle", weight_grams=4_200, coat="curly")
    await mina.add_dog("콩이", breed="mixed", weight_grams=11_500, coat="double")
    found = await mina.find_salon(initials_of(salon["name"]))
    assert found["id"] == salon["id"]
    bath = found["treatments"][0]
    price = await mina.price_of(found, bath)

    # On the day off nothing is offered, on the next the hour of rest is not.
    assert await mina.free_times(found, bath, groomer_id=owner.groomer_id, on=open_days[0]) == []
    times = await mina.free_times(found, bath, groomer_id=owner.groomer_id, on=open_days[1])
    assert [one for one in times if _touches_the_break(one)] == []

    # One visit for both, at the price that was shown; then another hour, and it is still that booking.
    wish = {"groomer_id": owner.groomer_id, "treatments": mina.visit(bath), "starts_at": times[0]["starts_at"]}
    booking = await mina.post("bookings", wish)
    assert (booking["price"], [one["dog"]["name"] for one in booking["treatments"]]) == (price, ["보리", "콩이"])
    moved = await mina.post(f"bookings/{booking['id']}/reschedule", {"starts_at": times[-1]["starts_at"]}, status=200)
    assert (moved["id"], moved["sequence"], moved["starts_at"]) == (booking["id"], 1, times[-1]["starts_at"])

    # A friend waits for that day. 미나 cancels for what was said when she booked, and the friend is offered the time.
    friend = await Customer.new(http)
    await friend.add_dog("두부", breed="mixed", weight_grams=4_000, coat="short")
    wait = {"groomer_id": owner.groomer_id, "treatments": friend.visit(bath), "first_day": open_days[1].isoformat()}
    entry = await friend.post("waitlist", wait)
    cancelled = await mina.post(f"bookings/{booking['id']}/cancel", {}, status=200)
    assert (cancelled["state"], cancelled["cancellation_fee"]) == (
        "cancelled_by_customer",
        booking["cancellation_terms"][0]["fee"],
    )
    offered = await until_answered(lambda: friend.get(f"waitlist/{entry['id']}"), lambda now: now["state"] == "offered")
    won = await friend.post(f"holds/{offered['offers'][-1]['hold']['id']}/booking", {})
    assert won["starts_at"] == moved["starts_at"]

    # The groomer sees who comes, and is free again on the day she wanted off.
    listed = await owner.person.api.expect(200, method="GET", path="/api/v1/bookings", params={"limit": "100"})
    assert won["id"] in [one["id"] for one in listed["items"] if one["state"] == "confirmed"]
    await owner.come_back(away)
    assert await mina.free_times(found, bath, groomer_id=owner.groomer_id, on=open_days[0])
    await friend.post(f"bookings/{won['id']}/cancel", {}, status=200)


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
