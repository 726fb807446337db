"""F12: MySQL's primary is cut off from its group under bookings, and comes back; then the next one is killed."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from deploy.local.engines.mysql_group import NAMES
from deploy.local.engines.mysql_group.group import Member
from tests.faults.cases.case import Case
from tests.faults.checkers.bookings import BookingHistory, BookingRow, judge_bookings
from tests.faults.checkers.tries import Try, Window, judge_looks
from tests.faults.checkers.verdict import Verdict, together
from tests.faults.clients.bookers import Bookers, Looker, Wanted, times_of_groomers
from tests.faults.ground import Ground
from tests.faults.places import FAULTS, PROFILE
from tests.faults.servers.main_on_group import MainOnGroup
from tests.faults.servers.mysql_group import MySQLGroup
from tests.faults.servers.mysql_pair import PRIMARY, MySQLPair
from tests.faults.servers.networks import Networks
from tests.faults.servers.redis_group import LoneRedis
from tests.harness.api_client import ApiClient, connections
from tests.harness.people import Person

FOLDER = FAULTS / "mysql-group"
PORT, GROUP_PORT = 3306, 33061
MAINS = ("main-1", "main-2")
GROOMERS_OF_A_PHASE = 4
QUIET_SECONDS = 4.0
# Of the control: how long the replica hears nothing and the primary goes on.
APART_SECONDS = 6.0
UNAVAILABLE_SECONDS_MAX = 20.0


@dataclass
class Scene:
    """Two mains and the relay, as they stay from the beginning to the end: nobody starts one again."""

    main: MainOnGroup
    clients: list[ApiClient]
    people: list[dict[str, Any]]
    times: list[list[Wanted]]
    tries: list[Try] = field(default_factory=list)
    looks: list[Try] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)

    def next_bookers(self) -> Bookers:
        """Other people at other groomers than before, two and two for one groomer's times, one at each main."""
        mine = [self.people.pop() for _ in range(2 * GROOMERS_OF_A_PHASE)]
        people = [
            Person.with_token(self.clients[number % 2].http, account_id=one["id"], token=one["access_token"])
            for number, one in enumerate(mine)
        ]
        return Bookers(people, [self.times.pop() for _ in range(GROOMERS_OF_A_PHASE)])


async def under_bookings(scene: Scene, fault: Callable[[], Awaitable[None]]) -> None:
    """Bookings and looks go on before, during and after. What is waited for from the fault on is judged."""
    bookers, looker = scene.next_bookers(), Looker(scene.clients[0])
    going_on = [asyncio.create_task(bookers.book_on()), asyncio.create_task(looker.look_on())]
    await asyncio.sleep(QUIET_SECONDS)
    scene.windows.append((time.monotonic(), float("inf")))
    try:
        await fault()
        await asyncio.sleep(QUIET_SECONDS)
        bookers.stop()
        looker.stop()
        await asyncio.wait_for(asyncio.gather(*going_on), 60)
    finally:
        scene.tries += bookers.tries
        scene.looks += looker.tries


async def play(main: MainOnGroup, story: Callable[[Scene], Awaitable[None]]) -> Verdict:
    everybody = await asyncio.to_thread(main.inside.tokens, 40)
    async with AsyncExitStack() as stack:
        urls = [f"http://127.0.0.1:{PROFILE.port(name)}" for name in MAINS]
        clients = [ApiClient(await stack.enter_async_context(connections(url))) for url in urls]
        times = await times_of_groomers(clients[0], 2 * GROOMERS_OF_A_PHASE)
        scene = Scene(main, clients, list(everybody), times)
        await story(scene)
    rows = await asyncio.to_thread(main.inside.bookings_of, [one["id"] for one in everybody])
    assert all(victim.is_running for victim in main.processes.values()), "a process of main ended"
    bookings = BookingHistory(tries=tuple(scene.tries), rows=tuple(map(_row, rows)))
    return together(
        {
            "bookings": judge_bookings(bookings, windows=scene.windows),
            "browsing": judge_looks(scene.looks, windows=scene.windows),
        }
    )


async def cut_off_then_killed(ground: Ground) -> Verdict:
    with networks() as nets:
        members = _members(nets)
        group = MySQLGroup(members, folder=FOLDER, prefixes=[nets.prefix(member.number) for member in members])

        async def story(scene: Scene) -> None:
            first = group.primary()

            async def cut_off() -> None:
                nets.cut_off(group.members[first].number)
                seconds = await asyncio.to_thread(group.another_primary, first)
                print(f"    {first} cut off, another primary after {seconds:.1f} s", flush=True)

            await under_bookings(scene, cut_off)
            nets.mend()
            back = "old primary that is a secondary"
            await asyncio.to_thread(group.wait, lambda: group.state(first) == "ONLINE SECONDARY", what=back)
            second = group.primary()

            async def kill() -> None:
                group.kill(second)
                seconds = await asyncio.to_thread(group.another_primary, second)
                print(f"    {second} killed, another primary after {seconds:.1f} s", flush=True)

            await under_bookings(scene, kill)
            await asyncio.to_thread(group.start, second)
            print(f"    {second} is {group.state(second)} again", flush=True)
            await asyncio.to_thread(_wait_for_empty_outbox, group)

        with _main_on(ground, group) as main:
            return await play(main, story)


async def an_asynchronous_replica_promoted(ground: Ground) -> Verdict:
    """The replica has not heard of the last bookings when the primary dies, and nobody has told those who booked."""
    with networks() as nets:
        first, second, _ = _members(nets)
        pair = MySQLPair((first, second), folder=FOLDER, prefixes=(nets.prefix(1), nets.prefix(2)))

        async def story(scene: Scene) -> None:
            async def fail_over_by_hand() -> None:
                nets.cut_off(second.number)
                await asyncio.sleep(APART_SECONDS)
                pair.kill(PRIMARY)
                await asyncio.to_thread(pair.promote)

            await under_bookings(scene, fail_over_by_hand)

        with _main_on(ground, pair) as main:
            return await play(main, story)


@contextmanager
def networks() -> Iterator[Networks]:
    shutil.rmtree(FOLDER, ignore_errors=True)
    nets = Networks(len(NAMES))
    nets.make()
    try:
        yield nets
    finally:
        nets.remove()


@contextmanager
def _main_on(ground: Ground, servers: MySQLGroup | MySQLPair) -> Iterator[MainOnGroup]:
    redis = LoneRedis()
    main = MainOnGroup(servers.url, FOLDER, {**ground.variables, "MAIN_REDIS_URL": redis.url})
    with ExitStack() as stack:
        stack.callback(servers.stop)
        servers.start()
        stack.callback(redis.stop)
        redis.start()
        main.make()
        stack.callback(main.stop)
        for name in MAINS:
            stack.callback(main.serve(name, port=PROFILE.port(name)).close)
        main.work("relay_outbox", port=PROFILE.port("relay-outbox"))
        yield main


def _members(nets: Networks) -> Sequence[Member]:
    return [Member(name, number, nets.address(number), PORT, GROUP_PORT) for number, name in enumerate(NAMES, start=1)]


def _wait_for_empty_outbox(group: MySQLGroup) -> None:
    question = "SELECT COUNT(*) FROM salon.outbox_outboxrow"
    group.wait(lambda: group.ask(group.primary(), question) == [(0,)], what="empty outbox")


def _row(row: dict[str, Any]) -> BookingRow:
    starts_at, ends_at = (datetime.fromisoformat(row[name]) for name in ("starts_at", "ends_at"))
    return BookingRow(row["booking_id"], row["customer"], row["groomer"], starts_at, ends_at)


CASES = (
    Case(
        row="F12",
        name="MySQL's primary cut off from its group under bookings, and the next one killed -9",
        promise="booked is booked, no time is given twice, another takes over by itself, nothing of ours is restarted",
        guard="a commit is answered after a majority has it, and the group promotes (an asynchronous replica, by hand)",
        play=cut_off_then_killed,
        control=an_asynchronous_replica_promoted,
        unavailable_seconds_max=UNAVAILABLE_SECONDS_MAX,
    ),
)
