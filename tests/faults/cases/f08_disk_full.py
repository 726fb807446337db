"""F8: the disk under Kafka, under history's engine or under MySQL is full while everything goes on, and then is not."""

from __future__ import annotations

import asyncio
import http.client
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from deploy.local.engines import choice
from deploy.local.settings.profiles import Profile
from tests.faults.cases.case import Case
from tests.faults.checkers.verdict import Verdict
from tests.faults.drop import Drop
from tests.faults.places import HOST, WHOLE
from tests.faults.servers.guards import Guard, kit_without
from tests.faults.servers.small_disk import SmallDisk
from tests.faults.whole_play import Crowds, Plan, play_whole
from tests.faults.whole_system import Parts, WholeSystem, whole_system

PLAN = Plan(drop=Drop(customers=400, quantity=350, pace=8, arrive_seconds=30, finish_seconds=120))
FULL_SECONDS = 12.0
FELT_WITHIN_SECONDS = 30.0
GOES_ON_WITHIN_SECONDS = 15.0
# A broker starts anew, reads its log over after the unclean end, and clients find it again.
BROKER_IS_BACK_WITHIN_SECONDS = 60.0
ENGINES_OF_HISTORY = {"ferretdb": "documentdb"}
COMMIT_AFTER_THE_EFFECT = Guard(
    "commit-after-the-effect",
    "salon_kit/kafka/consumer_loop.py",
    "        except NotNow:\n            raise\n",
    "        except NotNow:\n            return []\n",
)


@dataclass(frozen=True)
class Full:
    """`data` is the folder of the profile that lies on the small disk; `felt` says that its server has noticed.

    `go_on` are the kinds that do not need this server: for them every wait counts, also while the disk is full.
    """

    data: Callable[[], str]
    megabytes: int
    felt: Callable[[WholeSystem], bool]
    go_on: tuple[str, ...]


def _broker_ended(system: WholeSystem) -> bool:
    return system.restarts.get("kafka", 0) > 0


def _waits(process: str) -> Callable[[WholeSystem], bool]:
    """The consumer that writes there says that it takes no work."""

    def is_waiting(system: WholeSystem) -> bool:
        return _status(system.profile, process) == 503

    return is_waiting


def _status(profile: Profile, process: str) -> int | None:
    connection = http.client.HTTPConnection(HOST, profile.port(process), timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def _engine_of(kind: str) -> Callable[[], str]:
    def folder() -> str:
        key = choice.chosen(kind, lite=False).KEY
        return ENGINES_OF_HISTORY.get(key, key)

    return folder


UNDER_KAFKA = Full(lambda: "kafka", 300, _broker_ended, ("bookings", "browsing"))
UNDER_HISTORY = Full(_engine_of("mongodb"), 400, _waits("chat-worker"), ("drop", "chat", "bookings", "browsing"))
UNDER_MYSQL = Full(_engine_of("mysql"), 500, _waits("issue-coupons"), ("chat", "browsing"))


async def _play(full: Full, environment: Mapping[str, str] | None = None) -> Verdict:
    disk = SmallDisk(WHOLE.data(full.data()), megabytes=full.megabytes)

    async def fault(crowds: Crowds) -> None:
        crowds.judge_waits(time.monotonic(), of=full.go_on)
        began = time.monotonic()
        await asyncio.to_thread(disk.fill)
        while not await asyncio.to_thread(full.felt, crowds.system):
            if time.monotonic() > began + FELT_WITHIN_SECONDS:
                raise TimeoutError("nobody noticed that the disk is full, so this play proves nothing")
            await asyncio.sleep(0.3)
        print(f"  the full disk was felt after {time.monotonic() - began:.1f} s", flush=True)
        await asyncio.sleep(FULL_SECONDS)
        await asyncio.to_thread(disk.free)
        crowds.judge_waits(time.monotonic())

    parts = Parts(disk=lambda _profile: disk.mounted(), extra_environment=environment or {})
    with whole_system(parts) as system:
        verdict = await play_whole(system, PLAN, fault)
        if system.restarts:
            print(f"  ended by themselves and were started again: {system.restarts}", flush=True)
        return verdict


async def kafka_full(_ground: None) -> Verdict:
    """A broker ends when its one log directory fails; who supervises it starts it again until there is space."""
    return await _play(UNDER_KAFKA)


async def history_full(_ground: None) -> Verdict:
    return await _play(UNDER_HISTORY)


async def history_full_and_committed(_ground: None) -> Verdict:
    """A worker that takes "not now" for done: it commits offsets of messages that no history has."""
    return await _play(UNDER_HISTORY, kit_without(COMMIT_AFTER_THE_EFFECT))


async def mysql_full(_ground: None) -> Verdict:
    return await _play(UNDER_MYSQL)


async def mysql_full_and_committed(_ground: None) -> Verdict:
    """The same in the issuer of coupons."""
    return await _play(UNDER_MYSQL, kit_without(COMMIT_AFTER_THE_EFFECT))


_PROMISE = "no false acknowledgement, refused clearly, and all goes on by itself when there is space"

CASES = (
    Case(
        row="F8",
        name="the disk under Kafka's log is full",
        promise=_PROMISE,
        guard="acks=all, and a message read back before it is acknowledged (F3 has the control)",
        play=kafka_full,
        control=None,
        unavailable_seconds_max=BROKER_IS_BACK_WITHIN_SECONDS,
        needs_ground=False,
    ),
    Case(
        row="F8",
        name="the disk under the history of chat is full; chat goes on",
        promise=_PROMISE,
        guard="offsets are committed after the effect",
        play=history_full,
        control=history_full_and_committed,
        unavailable_seconds_max=GOES_ON_WITHIN_SECONDS,
        needs_ground=False,
    ),
    Case(
        row="F8",
        name="the disk under MySQL is full; chat and browsing go on",
        promise=_PROMISE,
        guard="offsets are committed after the effect",
        play=mysql_full,
        control=mysql_full_and_committed,
        unavailable_seconds_max=GOES_ON_WITHIN_SECONDS,
        needs_ground=False,
    ),
)
