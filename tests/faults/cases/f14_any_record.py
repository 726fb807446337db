"""F14: any record whatever on every topic, while a drop, a chat and a race for a slot run on the whole system."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from unittest.mock import patch

from confluent_kafka import Consumer, TopicPartition
from rich.console import Console as Screen

from deploy.local.console import Console
from deploy.local.places import SERVICES, VENV_PYTHON
from deploy.local.run.supervision import Supervision
from deploy.local.run.system import System
from salon_contracts.events import topics
from tests.demo.options import Options
from tests.demo.play import play
from tests.demo.result import Result
from tests.faults.cases.case import Case
from tests.faults.checkers.verdict import Verdict
from tests.faults.clients.thrown_records import Thrower, forgotten
from tests.faults.places import NOTHING_GIVEN, WHOLE
from tests.faults.servers.guards import Guard, kit_without
from tests.harness.system.running_mains import count_ready_mains_of

SCENARIOS = frozenset({"drop", "chat", "booking"})
CUSTOMERS, COUPONS = 60, 12
PAUSE_SECONDS = 1.0
DRAINED_WITHIN_SECONDS = 60.0
SIGNS_OF_LIFE_SECONDS = 30.0
GROUPS = {
    "chat-worker": (topics.CHAT_MESSAGES,),
    "main-issue-coupons": (topics.COUPON_CLAIMS, topics.COUPON_DRAWS),
    "main-notifications": (topics.COUPONS, topics.BOOKINGS, topics.NOTIFICATIONS),
}
_MAIN_SIDE = Path(__file__).parents[1] / "servers" / "main_side.py"
# What each field may hold, and the halving that finds the one record an effect dies of.
GUARDS = (
    Guard("no-bounds", "salon_contracts/events/fields.py", "Field(ge=1, lt=2**63)", "Field()"),
    Guard("no-halving", "salon_kit/kafka/consumer_loop.py", "if alone:\n", "if alone:\n                raise\n"),
)


async def any_record(_ground: None) -> Verdict:
    with _system({}) as (system, supervision):
        return await _play(system, supervision, scenarios=SCENARIOS)


async def any_record_without_bounds(_ground: None) -> Verdict:
    """The race for one slot only: without the guards a process ends within seconds, and no drop would."""
    with _system(kit_without(*GUARDS)) as (system, supervision):
        return await _play(system, supervision, scenarios=frozenset({"booking"}))


async def _play(system: System, supervision: Supervision, *, scenarios: frozenset[str]) -> Verdict:
    thrower = Thrower(system.variables["MAIN_KAFKA_BROKERS"])
    await asyncio.to_thread(thrower.throw_edges)
    throwing = asyncio.create_task(_throw_on(thrower))
    try:
        results = await _acted(system, scenarios)
    finally:
        throwing.cancel()
        await asyncio.gather(throwing, return_exceptions=True)
    began = time.monotonic()
    behind = await asyncio.to_thread(_drained, system)
    drained_seconds = time.monotonic() - began
    dead = supervision.first_dead()
    lost = [
        *([f"a process ended: {dead.what}"] if dead else []),
        *behind,
        *_unproven(results),
        *forgotten(thrower.landed, {} if dead else _set_aside(system)),
    ]
    print(f"  thrown {len(thrower.landed)}, refused by the broker {dict(thrower.refused)}", flush=True)
    acked = len(thrower.landed) + sum(one.holds for result in results for one in result.statements)
    return Verdict(acked, tuple(lost), (), (), 0, drained_seconds)


async def _throw_on(thrower: Thrower) -> None:
    seed = 0
    while True:
        await asyncio.to_thread(thrower.throw_round, seed)
        seed += 1
        await asyncio.sleep(PAUSE_SECONDS)


async def _acted(system: System, scenarios: frozenset[str]) -> list[Result]:
    options = Options(
        base_url=system.variables["SALON_BASE_URL"],
        customers=CUSTOMERS,
        coupons=COUPONS,
        prints_json=False,
        only_asks=False,
        only=scenarios,
    )
    with patch.dict(os.environ, system.variables):
        played = await play(options, Screen(quiet=True), count_mains=partial(count_ready_mains_of, WHOLE))
    return played.results


def _unproven(results: list[Result]) -> Iterator[str]:
    for result in results:
        if result.broke_off:
            yield f"{result.title}: broke off, {result.broke_off}"
        yield from (f"{result.title}: {one.name}: {one.evidence}" for one in result.statements if not one.holds)


def _drained(system: System) -> list[str]:
    """Wait until every group has read its topics to their ends. Says which has not."""
    deadline = time.monotonic() + DRAINED_WITHIN_SECONDS
    while (behind := list(_behind(system))) and time.monotonic() < deadline:
        time.sleep(0.5)
    return behind


def _behind(system: System) -> Iterator[str]:
    for group, theirs in GROUPS.items():
        consumer = Consumer({"bootstrap.servers": system.variables["MAIN_KAFKA_BROKERS"], "group.id": group})
        try:
            places = [TopicPartition(topic.name, n) for topic in theirs for n in range(topic.partitions)]
            for place in consumer.committed(places, timeout=15):
                low, end = consumer.get_watermark_offsets(place, timeout=15)
                if max(place.offset, low) < end:
                    yield f"{group} stands at {place.offset} of {end} in {place.topic}/{place.partition}"
        finally:
            consumer.close()


def _set_aside(system: System) -> Mapping[str, set[tuple[str, int, int]]]:
    """Main's in its table, the chat's on its topic. The line keeps nothing aside: it counts, and Kafka keeps it."""
    ran = subprocess.run(
        [str(VENV_PYTHON), str(_MAIN_SIDE), "set-aside"],
        cwd=SERVICES / "main",
        env={**os.environ, **system.variables},
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [(topic, partition, offset) for topic, partition, offset in json.loads(ran.stdout.splitlines()[-1])]
    spots = {topic.name: set[tuple[str, int, int]]() for group in GROUPS.values() for topic in group}
    for row in (*rows, *_letters(system.variables["MAIN_KAFKA_BROKERS"])):
        spots[row[0]].add(row)
    return spots


def _letters(brokers: str) -> Iterator[tuple[str, int, int]]:
    place = TopicPartition(topics.CHAT_MESSAGES_DLQ.name, 0, 0)
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "faults-letters", "enable.auto.commit": False})
    consumer.assign([place])
    try:
        _low, end = consumer.get_watermark_offsets(place, timeout=15)
        at = 0
        while at < end:
            letter = consumer.poll(SIGNS_OF_LIFE_SECONDS)
            if letter is None or letter.error() is not None:
                raise RuntimeError("the dead letters cannot be read")
            at = (letter.offset() or 0) + 1
            headers = dict(letter.headers() or [])  # the worker's own come last
            yield headers["topic"].decode(), int(headers["partition"]), int(headers["offset"])
    finally:
        consumer.close()


@contextmanager
def _system(environment: Mapping[str, str]) -> Iterator[tuple[System, Supervision]]:
    """All of it, empty at the start, with the product's shared code or what `environment` says instead."""
    shutil.rmtree(WHOLE.state / "data", ignore_errors=True)
    system = System(WHOLE, replace(NOTHING_GIVEN, salon_port=WHOLE.web_port), whole=True)
    system.variables["SALON_BASE_URL"] = f"http://127.0.0.1:{WHOLE.web_port}"
    system.variables.update(environment)
    with Console() as console, system.running(console) as supervision:
        yield system, supervision


CASES = (
    Case(
        row="F14",
        name="any record on any topic (absurd values, foreign bytes, keys and headers, 1 MB)",
        promise="applied or set aside with its reason; no process ends",
        guard="the bounds of fields, and halving a batch until the record is alone",
        play=any_record,
        control=any_record_without_bounds,
        unavailable_seconds_max=DRAINED_WITHIN_SECONDS,
        needs_ground=False,
    ),
)
