"""A lottery from registering to the coupon, on real processes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.leader.draws.drawing import Drawing
from coupon_queue.leader.lines import Lines
from coupon_queue.leader.signals import LineSignals
from coupon_queue.line.event_catalog import EventCatalog
from coupon_queue.line.tickets import Tickets
from coupon_queue.scripts import Term
from coupon_queue.settings import Settings
from salon_contracts.events.coupons import CouponEventChangedV1, EventState
from salon_contracts.verify.draw import digest_of
from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import until_known
from tests.harness.main import Main
from tests.harness.waiting import eventually
from tests.leader.lottery import Lottery, registered


async def test_those_who_came_before_the_opening_are_served_in_the_drawn_order_and_the_others_after_them(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main
) -> None:
    one, two = start_queue(), start_queue()
    lottery = Lottery(main, quantity=5)
    await until_known(lottery.event, one, two)
    early = [new_customer(lottery.event, *((one, two) if n % 2 else (two, one))) for n in range(12)]
    entry_by_account = await registered(early)
    listening = [asyncio.create_task(customer.listen()) for customer in early]

    lottery.open()
    digest, entries = await lottery.entries()
    late = new_customer(lottery.event, one)
    _, late_ticket = await late.join()
    order = lottery.reveal(digest, entries)
    states = await asyncio.wait_for(asyncio.gather(*listening), 20)

    assert sorted(entries) == sorted(entry_by_account.values())
    assert digest == digest_of(event_id=str(lottery.event.coupon_event_id), entries=entries)
    assert (late_ticket["number"], late_ticket["ahead"], late_ticket["state"]) == (13, 12, "waiting")
    places = [order.index(entry_by_account[customer.account_id]) + 1 for customer in early]
    assert [customer.number for customer in early] == places
    assert states == ["issued" if place <= 5 else "sold-out" for place in places]
    assert [row.number for row in main.rows] == [1, 2, 3, 4, 5]


async def test_the_place_that_was_drawn_comes_with_a_ticket_of_its_own(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main
) -> None:
    queue = start_queue()
    lottery = Lottery(main, quantity=5, paused=True)
    await until_known(lottery.event, queue)
    customer = new_customer(lottery.event, queue)
    await registered([customer])
    registration = customer.ticket
    listening = asyncio.create_task(customer.listen())

    lottery.open()
    lottery.reveal(*await lottery.entries())
    await eventually(lambda: customer.number == 1)
    drawn_ticket = customer.ticket
    status, again = await customer.join()

    listening.cancel()
    assert drawn_ticket != registration
    assert (status, again["ticket"], again["number"]) == (200, drawn_ticket, 1)
    shown = [received.data["state"] for received in customer.received if received.name == "place"]
    assert shown[0] == "registered"
    assert shown[-1] == "waiting"


async def test_who_leaves_before_the_opening_is_not_drawn_and_who_leaves_after_it_is_passed_over(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main
) -> None:
    queue = start_queue()
    lottery = Lottery(main, quantity=5, paused=True)
    await until_known(lottery.event, queue)
    early, in_between, stays = (new_customer(lottery.event, queue) for _ in range(3))
    entry_by_account = await registered([early, in_between, stays])
    listening = asyncio.create_task(stays.listen())

    assert await early.leave() == 204
    lottery.open()
    digest, entries = await lottery.entries()
    assert await in_between.leave() == 204
    order = lottery.reveal(digest, entries)
    await eventually(lambda: stays.ahead == 0)

    listening.cancel()
    assert entry_by_account[early.account_id] not in entries
    assert stays.number == order.index(entry_by_account[stays.account_id]) + 1
    assert (await in_between.join())[1]["number"] == 3


class OneLottery:
    """In the place of the leader's lines and of the catalog: one lottery that is being drawn, and who asked for it."""

    def __init__(self, event: CouponEventChangedV1) -> None:
        self._event = event
        self.looks = 0

    def drawing(self) -> list[UUID]:
        self.looks += 1
        return [self._event.coupon_event_id]

    def get(self, _event_id: UUID) -> CouponEventChangedV1:
        return self._event


async def test_the_list_is_read_once_while_the_line_waits_for_the_seed(redis: Redis, brokers: str, main: Main) -> None:
    """Of 50,000 people, each reading would cost the leader a quarter of a second at the worst moment."""
    lottery = Lottery(main)
    event = lottery.change(opens_at=datetime.now(UTC) - timedelta(seconds=1))
    await scripts.announce(redis, event=event)
    assert await scripts.status(redis, event_id=event.coupon_event_id)
    await redis.config_resetstat()
    stand_in = OneLottery(event)
    lines = cast(Lines, stand_in)
    drawing = Drawing(
        Settings.model_construct(kafka_brokers=brokers),
        redis=redis,
        catalog=cast(EventCatalog, stand_in),
        lines=lines,
        tickets=Tickets(keys="k" * 32),
        signals=LineSignals(lines),
    )
    leading = asyncio.create_task(drawing.run(Term("me", 1)))

    await lottery.entries()
    await eventually(lambda: stand_in.looks >= 6)

    leading.cancel()
    assert await _scans(redis) == 1


async def _scans(redis: Redis) -> int:
    """Since `config_resetstat`."""
    return int((await redis.info("commandstats")).get("cmdstat_hscan", {"calls": 0})["calls"])


async def test_a_lottery_that_nobody_registered_for_opens_all_the_same(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main
) -> None:
    queue = start_queue()
    lottery = Lottery(main, quantity=1)
    await until_known(lottery.event, queue)

    lottery.open()
    digest, entries = await lottery.entries()
    lottery.reveal(digest, entries)
    customer = new_customer(lottery.event, queue)
    await customer.join()

    assert entries == []
    assert await asyncio.wait_for(customer.listen(), 15) == "issued"
    assert customer.number == 1


async def test_a_lottery_closed_before_it_is_drawn_says_so_to_those_who_registered(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main
) -> None:
    queue = start_queue()
    lottery = Lottery(main, quantity=1)
    await until_known(lottery.event, queue)
    customer = new_customer(lottery.event, queue)
    await registered([customer])
    listening = asyncio.create_task(customer.listen())
    await eventually(lambda: customer.received)

    lottery.change(state=EventState.CLOSED)

    assert await asyncio.wait_for(listening, 15) == "closed"
