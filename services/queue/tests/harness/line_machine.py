"""What the stateful tests share: a real Redis of their own, and how they are run."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from coupon_queue.scripts import Term


class LineMachineBase(RuleBasedStateMachine):
    url: str

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.redis = Redis.from_url(self.url, decode_responses=True, retry=Retry(NoBackoff(), 0))
        self.epoch = 1

    def teardown(self) -> None:
        self.do(self.redis.aclose())
        self.loop.close()

    def do(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    @property
    def term(self) -> Term:
        return Term(f"leader-{self.epoch}", self.epoch)


def run(machine: type[LineMachineBase], *, url: str, examples: int) -> None:
    machine.url = url
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
