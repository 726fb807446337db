"""A lottery from registering to the coupon, on real processes."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.leader.draws.drawing import Drawing
from coupon_queue.leader.lines import Lines
from coupon_queue.leader.signals import LineSignals
from coupon_queue.line.event_catalog import EventCatalog
from coupon_queue.line.tickets import Tickets
from coupon_queue.scripts import Term
from coupon_queue.scripts.shared.line_keys import line_key
from coupon_queue.settings import Settings
from salon_contracts.events.coupons import CouponEventChangedV1, Draw, DrawEntriesShutV1, EventState
from salon_contracts.verify.draw import commitment_of, digest_of, drawn_order, entry_of
from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.customer import Customer
from tests.harness.main import Main
from tests.harness.waiting import eventually


class Lottery:
    """What main knows of one lottery, and does for it."""

    def __init__(self, main: Main, **changes: Any) -> None:
        self._main = main
        event = coupon_event(line_order="lottery", opens_at=datetime.now(UTC) + timedelta(minutes=30), **changes)
        self.seed = secrets.token_hex(32)
        self.commitment = commitment_of(event_id=str(event.coupon_event_id), seed=self.seed)
        self.event = main.publish(event.model_copy(update={"draw": Draw(commitment=self.commitment)}))

    def change(self, **changes: Any) -> CouponEventChangedV1:
        revision = self.event.revision + 1
        self.event = self._main.publish(
            self.event.model_copy(update={"revision": revision, "occurred_at": datetime.now(UTC), **changes})
        )
        return self.event

    def open(self) -> None:
        self.change(opens_at=datetime.now(UTC) - timedelta(seconds=1))

    async def entries(self) -> tuple[str, list[str]]:
        return await asyncio.to_thread(self._main.first_list, self.event.coupon_event_id)

    def reveal(self, digest: str, entries: Sequence[str], *, seed: str | None = None) -> list[str]:
        """Returns the drawn order."""
        seed = seed or self.seed
        draw = Draw(commitment=self.commitment, entries_digest=digest, entries=len(entries), seed=seed)
        self.change(draw=draw)
        return drawn_order(seed=seed, entries_digest=digest, entries=entries)


async def registered(customers: Sequence[Customer]) -> dict[int, str]:
    """Each one's entry."""
    entries = {}
    for customer in customers:
        status, answer = await customer.join()
        assert (status, answer["number"], answer["ahead"], answer["state"]) == (201, 0, None, "registered")
        entries[customer.account_id] = entry_of(answer["ticket"])
    return entries


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


async def test_a_redis_lost_between_the_list_and_the_draw_changes_nobodys_drawn_number(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    queue = start_queue()
    lottery = Lottery(main, quantity=5, paused=True)
    await until_known(lottery.event, queue)
    customers = [new_customer(lottery.event, queue) for _ in range(6)]
    entry_by_account = await registered(customers)
    listens, away = customers[:4], customers[4:]
    listening = [asyncio.create_task(customer.listen()) for customer in listens]
    await eventually(lambda: all(customer.received for customer in listens))

    lottery.open()
    digest, entries = await lottery.entries()
    await redis.flushall()
    order = lottery.reveal(digest, entries)
    await eventually(lambda: all(customer.number for customer in listens), seconds=30)
    for customer in away:
        await eventually(lambda customer=customer: _joined(customer), seconds=15)

    for task in listening:
        task.cancel()
    assert [c.number for c in customers] == [order.index(entry_by_account[c.account_id]) + 1 for c in customers]
    newcomer = new_customer(lottery.event, queue)
    await eventually(lambda: _joined(newcomer), seconds=15)
    assert newcomer.number == 7


async def test_a_redis_lost_after_the_draw_gives_everybody_the_drawn_number_again(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    queue = start_queue()
    lottery = Lottery(main, quantity=5, paused=True)
    await until_known(lottery.event, queue)
    listens, was_shown, never_shown = customers = [new_customer(lottery.event, queue) for _ in range(3)]
    entry_by_account = await registered(customers)
    listening = asyncio.create_task(listens.listen())
    lottery.open()
    order = lottery.reveal(*await lottery.entries())
    await eventually(lambda: listens.number)
    await was_shown.join()

    await redis.flushall()
    for customer in (was_shown, never_shown):
        await eventually(lambda customer=customer: _joined(customer), seconds=20)
    newcomer = new_customer(lottery.event, queue)
    await eventually(lambda: _joined(newcomer), seconds=20)
    state = await _state(listens)

    listening.cancel()
    assert state == "waiting"
    assert [c.number for c in customers] == [order.index(entry_by_account[c.account_id]) + 1 for c in customers]
    assert newcomer.number == 4


async def test_a_registration_that_redis_lost_before_the_opening_is_taken_again(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    queue = start_queue()
    lottery = Lottery(main, quantity=5)
    await until_known(lottery.event, queue)
    listens, away = new_customer(lottery.event, queue), new_customer(lottery.event, queue)
    entry_by_account = await registered([listens, away])
    listening = asyncio.create_task(listens.listen())
    await eventually(lambda: listens.received)

    await redis.flushall()
    await eventually(lambda: redis.hexists(line_key(lottery.event.coupon_event_id, "registered"), listens.account_id))
    status, _ = await away.join()
    # The line waits for main's answers before it does anything for good, and so do we.
    lottery.open()
    _, entries = await lottery.entries()

    listening.cancel()
    assert status == 201
    assert sorted(entries) == sorted(entry_by_account.values())


async def test_a_new_leader_draws_the_same_order(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main
) -> None:
    queues = [start_queue(), start_queue()]
    lottery = Lottery(main, quantity=3)
    await until_known(lottery.event, *queues)
    customers = [new_customer(lottery.event, *queues) for _ in range(6)]
    entry_by_account = await registered(customers)
    lottery.open()
    digest, entries = await lottery.entries()

    leader = next(queue for queue in queues if queue.logged("lead_taken"))
    leader.kill()
    order = lottery.reveal(digest, entries)
    [other] = [queue for queue in queues if queue is not leader]
    for customer in customers:
        customer.urls = [other.url]
    states = await asyncio.wait_for(asyncio.gather(*(customer.listen() for customer in customers)), 30)

    places = [order.index(entry_by_account[customer.account_id]) + 1 for customer in customers]
    assert [customer.number for customer in customers] == places
    assert states == ["issued" if place <= 3 else "sold-out" for place in places]


async def test_a_seed_that_is_not_the_promised_one_opens_nothing(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main
) -> None:
    queue = start_queue()
    lottery = Lottery(main, quantity=5)
    await until_known(lottery.event, queue)
    customer = new_customer(lottery.event, queue)
    await registered([customer])
    lottery.open()
    digest, entries = await lottery.entries()

    lottery.reveal(digest, entries, seed="ab" * 32)
    await eventually(lambda: queue.logged("seed_breaks_its_commitment"))
    refused_the_wrong_one = await _state(customer)
    lottery.reveal(digest, entries)

    assert refused_the_wrong_one == "registered"
    assert await asyncio.wait_for(customer.listen(), 15) == "issued"


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
        tickets=Tickets(key=b"k" * 32),
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


@pytest.mark.parametrize("pages", [1, 2])
async def test_a_list_of_another_digest_on_the_topic_is_not_taken_for_ours(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis, pages: int
) -> None:
    queue = start_queue()
    lottery = Lottery(main, quantity=5, paused=True)
    await until_known(lottery.event, queue)
    customer = new_customer(lottery.event, queue)
    entries = [*(await registered([customer])).values(), "cd" * 32]
    event_id = lottery.event.coupon_event_id
    digest = digest_of(event_id=str(event_id), entries=entries)
    for claimed_digest in ("ef" * 32, digest):
        parts = [entries] if pages == 1 else [entries[:1], entries[1:]]
        for page, part in enumerate(parts, start=1):
            facts: dict[str, Any] = {"entries_digest": claimed_digest, "page": page, "pages": pages}
            main.send(DrawEntriesShutV1(trace_id="t", coupon_event_id=event_id, entries=tuple(part), **facts))
    listening = asyncio.create_task(customer.listen())

    lottery.open()
    order = lottery.reveal(digest, entries)  # main has a list that an earlier Redis said
    await eventually(lambda: customer.number)

    listening.cancel()
    assert customer.number == order.index(entries[0]) + 1
    assert await redis.hgetall(line_key(event_id, "drawn")) == {"cd" * 32: str(order.index("cd" * 32) + 1)}


async def _joined(customer: Customer) -> bool:
    await asyncio.sleep(0.6)  # less often than one account may ask
    status, answer = await customer.join()
    return status in {200, 201} and answer["state"] == "waiting"


async def _state(customer: Customer) -> str:
    async with customer.http.get(customer.path("place"), headers=customer.headers) as response:
        return str((await response.json())["state"])
