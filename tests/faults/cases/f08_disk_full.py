"""F8: the disk under Kafka, under history's engine or under MySQL is full while everything goes on, and then is not."""

from __future__ import annotations

import asyncio
import http.client
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from deploy.local.engines import choice, mysql_group
from deploy.local.settings.profiles import Profile
from tests.faults.cases.case import Case
from tests.faults.checkers.verdict import Verdict
from tests.faults.drop import Drop
from tests.faults.places import HOST, TWO_ZONES, WHOLE
from tests.faults.servers import zones
from tests.faults.servers.guards import Guard, kit_without
from tests.faults.servers.small_disk import SmallDisk
from tests.faults.whole_play import KINDS, Plan, Play, play_whole
from tests.faults.whole_system import Parts, WholeSystem, whole_system

PLAN = Plan(drop=Drop(customers=400, quantity=350, pace=8, arrive_seconds=30, finish_seconds=120))
FULL_SECONDS = 12.0
FELT_WITHIN_SECONDS = 60.0
GOES_ON_WITHIN_SECONDS = 15.0
# A broker starts anew, reads its log over after the unclean end, and clients find it again.
BROKER_IS_BACK_WITHIN_SECONDS = 60.0
# A MySQL that has no space for its binary log looks for some once a minute.
MYSQL_IS_BACK_WITHIN_SECONDS = 75.0
ENGINES_OF_HISTORY = {"ferretdb": "documentdb"}
# A worker takes "not now" for done: it commits offsets of records that have no effect yet.
COMMIT_AFTER_THE_EFFECT = Guard(
    "commit-after-the-effect",
    "salon_kit/kafka/consumer_loop.py",
    "                if self._stopping.is_set():\n                    return\n",
    "                self._due.update(self._batch.next_offsets())\n                self._batch = Batch()\n"
    "                return\n",
)
# Whoever sends takes a record for delivered, whatever its report says.
REPORT_OF_DELIVERY = Guard(
    "report-of-delivery",
    "salon_kit/kafka/producer.py",
    "            outcomes[number] = error\n\n",
    "            outcomes[number] = None\n\n",
)


@dataclass(frozen=True)
class Full:
    """Each of `folders` lies on a small disk of its own, and that of `filled` is filled: names in the data folder.

    `felt` says that its server has noticed. `go_on` are the kinds that do not need this server: for them every wait
    counts, also while the disk is full.
    """

    profile: Profile
    folders: Callable[[], tuple[str, ...]]
    filled: Callable[[], str]
    megabytes: int
    felt: Callable[[WholeSystem], bool]
    go_on: tuple[str, ...]


def _one(profile: Profile, folder: Callable[[], str], **facts: Any) -> Full:
    return Full(profile, lambda: (folder(),), folder, **facts)


def _ended(*names: str) -> Callable[[WholeSystem], bool]:
    return lambda system: any(system.restarts.get(name, 0) for name in names)


def _waits(*processes: str) -> Callable[[WholeSystem], bool]:
    """A consumer that writes there says that it takes no work."""
    return lambda system: any(_status(system.profile, name) == 503 for name in processes)


def _status(profile: Profile, process: str) -> int | None:
    connection = http.client.HTTPConnection(HOST, profile.port(process), timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def _engine_of(kind: str) -> str:
    key = choice.chosen(kind, lite=False).KEY
    return ENGINES_OF_HISTORY.get(key, key)


UNDER_KAFKA = _one(WHOLE, lambda: "kafka", megabytes=300, felt=_ended("kafka"), go_on=("bookings", "browsing"))
UNDER_HISTORY = _one(WHOLE, partial(_engine_of, "mongodb"), megabytes=400, felt=_waits("chat-worker"), go_on=KINDS)
UNDER_MYSQL = _one(
    WHOLE, partial(_engine_of, "mysql"), megabytes=500, felt=_waits("issue-coupons"), go_on=("chat", "browsing")
)
UNDER_ONE_BROKER = _one(TWO_ZONES, lambda: "kafka-2", megabytes=300, felt=_ended("kafka-2"), go_on=KINDS)
UNDER_HISTORY_OF_TWO_ZONES = _one(
    TWO_ZONES,
    partial(_engine_of, "mongodb"),
    megabytes=400,
    felt=_waits("chat-worker-a", "chat-worker-b"),
    go_on=KINDS,
)
UNDER_THE_PRIMARY = Full(
    TWO_ZONES,
    lambda: tuple(f"{mysql_group.KEY}/{name}" for name in mysql_group.NAMES),
    lambda: f"{mysql_group.KEY}/{zones.primary_of_mysql(TWO_ZONES)}",
    megabytes=600,
    felt=_ended(*mysql_group.NAMES),
    go_on=("chat", "browsing"),
)


async def _play(full: Full, environment: Mapping[str, str] | None = None) -> Verdict:
    disks = {name: SmallDisk(full.profile.data(name), megabytes=full.megabytes) for name in full.folders()}

    async def fault(play: Play) -> None:
        disk = disks[await asyncio.to_thread(full.filled)]
        play.judge_waits(time.monotonic(), of=full.go_on)
        await asyncio.to_thread(disk.fill)
        await _until_felt(full, play.system)
        await asyncio.sleep(FULL_SECONDS)
        await asyncio.to_thread(disk.free)
        play.judge_waits(time.monotonic())

    @contextmanager
    def mounted(_profile: Profile) -> Iterator[None]:
        with ExitStack() as stack:
            for disk in disks.values():
                stack.enter_context(disk.mounted())
            yield

    with whole_system(Parts(disk=mounted, extra_environment=environment or {}), full.profile) as system:
        verdict = await play_whole(system, PLAN, fault)
        if system.restarts:
            print(f"  ended by themselves and were started again: {system.restarts}", flush=True)
        return verdict


async def _until_felt(full: Full, system: WholeSystem) -> None:
    began = time.monotonic()
    while not await asyncio.to_thread(full.felt, system):
        if time.monotonic() > began + FELT_WITHIN_SECONDS:
            raise TimeoutError("nobody noticed that the disk is full, so this play proves nothing")
        await asyncio.sleep(0.3)
    print(f"  the full disk was felt after {time.monotonic() - began:.1f} s", flush=True)


async def kafka_full(_ground: None) -> Verdict:
    """A broker ends when its one log directory fails; who supervises it starts it again until there is space."""
    return await _play(UNDER_KAFKA)


async def kafka_full_and_believed(_ground: None) -> Verdict:
    return await _play(UNDER_KAFKA, kit_without(REPORT_OF_DELIVERY))


async def history_full(_ground: None) -> Verdict:
    return await _play(UNDER_HISTORY)


async def history_full_and_committed(_ground: None) -> Verdict:
    return await _play(UNDER_HISTORY, kit_without(COMMIT_AFTER_THE_EFFECT))


async def mysql_full(_ground: None) -> Verdict:
    return await _play(UNDER_MYSQL)


async def mysql_full_and_committed(_ground: None) -> Verdict:
    return await _play(UNDER_MYSQL, kit_without(COMMIT_AFTER_THE_EFFECT))


async def one_broker_full(_ground: None) -> Verdict:
    return await _play(UNDER_ONE_BROKER)


async def history_of_two_zones_full(_ground: None) -> Verdict:
    return await _play(UNDER_HISTORY_OF_TWO_ZONES)


async def primary_full(_ground: None) -> Verdict:
    return await _play(UNDER_THE_PRIMARY)


_disk_full = partial(
    Case,
    row="F8",
    promise="no false acknowledgement, refused clearly, and all goes on by itself when there is space",
    unavailable_seconds_max=GOES_ON_WITHIN_SECONDS,
    needs_ground=False,
)
CASES = (
    _disk_full(
        name="the disk under Kafka's log is full",
        guard="a record is sent when its report says so",
        play=kafka_full,
        control=kafka_full_and_believed,
        unavailable_seconds_max=BROKER_IS_BACK_WITHIN_SECONDS,
    ),
    _disk_full(
        name="the disk under the history of chat is full; chat goes on",
        guard="offsets are committed after the effect",
        play=history_full,
        control=history_full_and_committed,
    ),
    _disk_full(
        name="the disk under MySQL is full; chat and browsing go on",
        guard="offsets are committed after the effect",
        play=mysql_full,
        control=mysql_full_and_committed,
        unavailable_seconds_max=MYSQL_IS_BACK_WITHIN_SECONDS,
    ),
)
_SAME = "as on the small system, whose case has the control"
ON_TWO_ZONES = (
    _disk_full(
        name="two zones: the disk under one of three brokers is full; all goes on",
        guard=_SAME,
        play=one_broker_full,
        control=None,
    ),
    _disk_full(
        name="two zones: the disk under the history of chat is full; all goes on",
        guard=_SAME,
        play=history_of_two_zones_full,
        control=None,
    ),
    _disk_full(
        name="two zones: the disk under MySQL's primary is full; chat and browsing go on",
        guard=_SAME,
        play=primary_full,
        control=None,
    ),
)
