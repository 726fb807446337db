"""F9: another release is rolled out while all goes on: a good one, and bad ones, which are taken back by themselves."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from deploy.local.settings.profiles import Profile
from tests.faults.cases.case import Case
from tests.faults.checkers.tries import Try
from tests.faults.checkers.verdict import Verdict
from tests.faults.clients.bookers import Haste, Looker, pages_to_look_at
from tests.faults.drop import Drop
from tests.faults.history import Outcome
from tests.faults.places import TWO_ZONES, WHOLE
from tests.faults.servers import changed_releases as changed
from tests.faults.servers.deploying import Deployed, deployer, running_system
from tests.faults.whole_play import Plan, Play, play_whole
from tests.harness.api_client import ApiClient
from tests.harness.waiting import until


@dataclass(frozen=True)
class Load:
    """What goes on while releases are rolled out. With less of it a play proves less than it says, and complains."""

    lookers: int
    streams: int
    sockets: int
    requests_per_second: float


# One coupon a second, so that whoever waits does so until the last rollout is over.
PLAN = Plan(
    drop=Drop(customers=2400, quantity=380, pace=1, arrive_seconds=40, finish_seconds=60),
    rooms=199,
    bookers=24,
    talk_every_seconds=20.0,
    haste=Haste(every_seconds=8.0, again_every_seconds=1.0),
)
LOAD = Load(lookers=180, streams=2000, sockets=200, requests_per_second=100)
# For the control, which must be caught by what it breaks and by nothing else.
NO_LEAST = Load(lookers=20, streams=0, sockets=0, requests_per_second=0)
# nginx asks another main for what only reads, whatever becomes of the first: so there is always a booking under way.
IN_HASTE = Haste(every_seconds=8.0, again_every_seconds=0.1)
# Whoever has to wait for an answer looks less often only from here on.
LOOKS_EVERY_SECONDS = 2.0
SHORT_PLAN = Plan(
    drop=Drop(customers=300, quantity=290, pace=1, arrive_seconds=3, finish_seconds=60), rooms=3, bookers=4
)
SHORT_LOAD = Load(lookers=4, streams=0, sockets=4, requests_per_second=0)
TAKEN_BACK_WITHIN_SECONDS = 60.0
BAKE = "8"
READY_WITHIN_SECONDS = 120.0
_STEP = re.compile(r"^\[ *(?P<seconds>[0-9.]+) s\] (?P<act>[a-z ]+?) [\w.-]+[^:\n]*(?P<bad>: BAD)?$", re.MULTILINE)


@dataclass
class Rollout:
    """What is deployed while all goes on, and what must become of it."""

    title: str
    changes: changed.Changes
    is_good: bool


def rollouts() -> list[Rollout]:
    return [
        Rollout("a good one", changed.GOOD, is_good=True),
        Rollout("one that fails its requests", changed.FAILS, is_good=False),
        Rollout("one that is slow", changed.SLOW, is_good=False),
        Rollout("one that does not start", changed.DOES_NOT_START, is_good=False),
        Rollout("one with a wrong migration", changed.wrong_migration(), is_good=False),
    ]


def deploying(wanted: Sequence[Rollout], load: Load, *, bake: str = BAKE) -> Callable[[Play], Awaitable[None]]:
    """One after the other, with more people who only look than a play has by itself."""

    async def fault(play: Play) -> None:
        await _until_all_are_there(play, load)
        looking = await _lookers(play, load.lookers)
        tasks = [asyncio.create_task(looker.look_on()) for looker in looking]
        began = time.monotonic()
        for rollout in wanted:
            version = await asyncio.to_thread(changed.commit, rollout.title, rollout.changes)
            words = ("deploy", "--version", version, "--bake", bake)
            deployed = await asyncio.to_thread(deployer, play.system.profile, *words)
            _report(rollout, deployed)
            play.complaints.extend(_not_as_wanted(rollout, deployed))
            play.complaints.extend(_too_few(play, load))
        for looker in looking:
            looker.stop()
        await asyncio.gather(*tasks)
        looks = [one for looker in (*looking, play.looker) for one in looker.tries]
        play.complaints.extend(_too_slow([*looks, *play.bookers.tries], load, began=began))
        play.complaints.extend([*_failed(looks), *_failed_of(play)])

    return fault


def until_all_are_in(fault: Callable[[Play], Awaitable[None]]) -> Callable[[Play], Awaitable[None]]:
    """And then the drop ends, for which people had to wait as long as the fault took."""

    async def both(play: Play) -> None:
        await fault(play)
        await play.opened.let_all_in()

    return both


async def _lookers(play: Play, count: int) -> list[Looker]:
    """Customers of the drop, each signed in: an address from which so many strangers look would be made to wait.

    They begin at different pages: if all were at the dearest one at the same time, they would ask for twice the load.
    """
    pages = await pages_to_look_at(play.looker.api)
    http = play.looker.api.http
    return [
        Looker(
            ApiClient(http, token=one["access_token"]),
            [*pages[number % len(pages) :], *pages[: number % len(pages)]],
            every_seconds=LOOKS_EVERY_SECONDS,
        )
        for number, one in enumerate(play.opened.people[-count:])
    ]


async def _until_all_are_there(play: Play, load: Load) -> None:
    if not await until(lambda: not list(_too_few(play, load)), seconds=READY_WITHIN_SECONDS):
        raise TimeoutError(*_too_few(play, load))


def _too_few(play: Play, load: Load) -> Iterator[str]:
    streams = play.opened.customers.connected()
    sockets = sum(device.is_connected.is_set() for device in play.talkers.devices)
    if streams < load.streams or sockets < load.sockets:
        yield f"{streams} streams and {sockets} sockets were open, and {load.streams} and {load.sockets} were wanted"


def _too_slow(tries: Sequence[Try], load: Load, *, began: float) -> Iterator[str]:
    answered = [one for one in tries if one.ended >= began]
    rate = len(answered) / (time.monotonic() - began)
    took = sorted(one.ended - one.began for one in answered)
    print(f"  {rate:.0f} requests/s, p95 {1000 * took[len(took) * 95 // 100]:.0f} ms", flush=True)
    if rate < load.requests_per_second:
        yield f"{rate:.0f} requests/s of browsing and booking, and {load.requests_per_second:.0f} were wanted"


def _report(rollout: Rollout, deployed: Deployed) -> None:
    print(f"  {rollout.title}: exit code {deployed.exit_code} after {deployed.seconds:.0f} s", flush=True)
    for line in deployed.text.splitlines():
        if line.startswith("[") or not deployed.seconds:
            print(f"    {line}", flush=True)


def _not_as_wanted(rollout: Rollout, deployed: Deployed) -> Iterator[str]:
    if (deployed.exit_code == 0) is not rollout.is_good:
        yield f"{rollout.title}: exit code {deployed.exit_code}: {deployed.text[-1500:]}"
    if not rollout.is_good and "was taken back" not in deployed.text:
        yield f"{rollout.title}: nobody was told that it was taken back"
    if not rollout.is_good and (took := taken_back_after(deployed.text)) > TAKEN_BACK_WITHIN_SECONDS:
        yield f"{rollout.title}: taken back only after {took:.0f} s"


def taken_back_after(text: str) -> float:
    """Seconds from when people may meet it, or from the step that finds it bad before that, to the last step."""
    steps = list(_STEP.finditer(text))
    first = next((n for n, step in enumerate(steps) if step["act"] == "start" or step["bad"]), 0)
    return sum(float(step["seconds"]) for step in steps[first:])


def _failed_of(play: Play) -> Iterator[str]:
    """Requests of those who book and join. What a chat's socket was cut in is sent again on the next one."""
    yield from _failed(play.bookers.tries)
    for operation in play.opened.recorder.operations:
        if operation.outcome is Outcome.UNKNOWN:
            yield f"a join of {operation.customer} failed: {operation.code}"


def _failed(tries: Sequence[Try]) -> Iterator[str]:
    for one in tries:
        if not one.settles and one.code != "rate-limited":
            yield f"{one.wish} failed after {one.ended - one.began:.1f} s: {one.code or 'no answer'}"


async def roll_out(
    profile: Profile, plan: Plan, wanted: Sequence[Rollout], *, load: Load, before: changed.Changes
) -> Verdict:
    """`before` is the release that runs at first: the one that is left, in the way that it leaves."""
    with running_system(profile) as system:
        first = changed.commit("what runs before", before)
        deployed = deployer(profile, "deploy", "--version", first, "--bake", "2")
        if deployed.exit_code:
            raise RuntimeError(f"the first release was not deployed: {deployed.text[-3000:]}")
        began = time.monotonic()
        verdict = await play_whole(system, plan, until_all_are_in(deploying(wanted, load)))
        print(f"  {len(wanted)} rollouts in {time.monotonic() - began:.0f} s", flush=True)
        return verdict


BEFORE: changed.Changes = {"README.md": ("## Two commands", "## Two  commands")}


async def small(_ground: None) -> Verdict:
    return await roll_out(WHOLE, PLAN, rollouts(), load=LOAD, before=BEFORE)


async def two_zones(_ground: None) -> Verdict:
    return await roll_out(TWO_ZONES, PLAN, rollouts(), load=LOAD, before=BEFORE)


async def without_drain(_ground: None) -> Verdict:
    """What is left ends on SIGTERM, as a program does that knows nothing of it."""
    plan = replace(PLAN, drop=replace(PLAN.drop, customers=500, quantity=400, pace=4), haste=IN_HASTE)
    return await roll_out(WHOLE, plan, rollouts()[:1], load=NO_LEAST, before=changed.LEAVES_AT_ONCE)


_PROMISE = "0 failed requests, no place, message or booking lost; a bad release is taken back within a minute"


def _case(name: str, play: Callable[[None], Awaitable[Verdict]]) -> Case:
    return Case(
        row="F9",
        name=name,
        promise=_PROMISE,
        guard="leaving: being led elsewhere first, and finishing what is under way",
        play=play,
        control=without_drain,
        unavailable_seconds_max=TAKEN_BACK_WITHIN_SECONDS,
        needs_ground=False,
    )


CASES = (_case("a good release, and four bad ones, under a drop, chats and bookings", small),)
CASES_OF_TWO_ZONES = (_case("the same, zone by zone", two_zones),)
