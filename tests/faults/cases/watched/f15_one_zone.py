"""F15: the issuer stands still, records are set aside, MySQL is slow; and all of the monitoring is killed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from salon_contracts.events import topics
from tests.faults.cases.watched.playing import (
    all_are_read_of,
    known_to_people,
    nobody_reads_of_them,
    watched_system,
)
from tests.faults.checkers.verdict import Verdict
from tests.faults.drop import Drop
from tests.faults.places import WHOLE
from tests.faults.whole_play import Plan, Play, play_whole
from tests.faults.whole_system import WholeSystem
from tests.harness.monitoring import troubles
from tests.harness.monitoring.troubles import Trouble
from tests.harness.waiting import until

# One coupon a second: there are claims whenever the issuer stands still.
PLAN = Plan(drop=Drop(customers=300, quantity=290, pace=1, arrive_seconds=5, finish_seconds=120), rooms=2, bookers=4)
ISSUER, LETTERS = "issue-coupons", 200
BEFORE_SECONDS, WITHOUT_SECONDS = 8.0, 20.0
BACK_WITHIN_SECONDS = 60.0
# Of the whole system without any trouble, on two cores.
NOTICED_SECONDS = 5.0


async def troubles_of_one_zone(_ground: None) -> Verdict:
    return await all_are_read_of(WHOLE, PLAN, _troubles)


async def rules_with_other_names(_ground: None) -> Verdict:
    """The control."""
    return await nobody_reads_of_them(WHOLE, PLAN, _troubles)


def _troubles(system: WholeSystem) -> Sequence[Trouble]:
    return (
        troubles.records_set_aside(system.main.brokers, topics.CHAT_MESSAGES, count=LETTERS),
        troubles.issuer_stands_still(lambda: _frozen(system, ISSUER)),
        troubles.slow_mysql(lambda: system.victims["mysql"].pid),
    )


@contextmanager
def _frozen(system: WholeSystem, name: str) -> Iterator[None]:
    system.victims[name].freeze()
    try:
        yield
    finally:
        system.victims[name].thaw()


async def monitoring_killed(_ground: None) -> Verdict:
    """From its end on every wait counts: also while it is started again, and reads what it has missed."""
    with watched_system(WHOLE) as (system, watched):

        async def fault(play: Play) -> None:
            await asyncio.sleep(BEFORE_SECONDS)
            play.judge_waits(time.monotonic())
            killed = watched.kill_all()
            print(f"  killed {len(killed)} processes of the monitoring: {', '.join(sorted(killed))}", flush=True)
            await asyncio.sleep(WITHOUT_SECONDS)
            if not await until(lambda: all(map(watched.runs, killed)), seconds=BACK_WITHIN_SECONDS):
                missing = sorted(name for name in killed if not watched.runs(name))
                play.complaints.append(f"not started again: {', '.join(missing)}")
            await play.opened.let_all_in()

        return await play_whole(system, PLAN, fault)


CASES = (
    known_to_people(
        name="200 unreadable messages, the issuer stopped, MySQL slow",
        play=troubles_of_one_zone,
        control=rules_with_other_names,
    ),
    known_to_people(
        name="every process of the monitoring killed -9",
        promise="nobody who uses the system notices, and it comes back by itself",
        guard="nothing of the system waits for it (there is nothing to take away)",
        play=monitoring_killed,
        control=None,
        unavailable_seconds_max=NOTICED_SECONDS,
    ),
)
