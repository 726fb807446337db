"""Any order of registering, leaving, opening, drawing and joining late gives everybody the drawn place (hypothesis)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
)

from coupon_queue import scripts
from coupon_queue.scripts import Joined, Joiner, Lot, NotJoined
from salon_kit.testing.redis_server import RedisProcess
from tests.harness.coupon_events import coupon_event
from tests.harness.line_machine import LineMachineBase, run
from tests.scripts.test_line_model import Follower

ACCOUNTS = st.integers(min_value=1, max_value=12)
MAX_WAITING = 10


class LotteryMachine(LineMachineBase):
    def __init__(self) -> None:
        super().__init__()
        self.registered: list[int] = []
        self.left: set[int] = set()  # after the list was shut
        self.late: list[tuple[int, int]] = []  # (number, account)
        self.next_late = 0
        self.order: list[int] | None = None  # from the opening on
        self.written = 0
        self.is_drawn = False
        self.followers: dict[int, Follower] = {}

    @initialize(registrants=st.lists(ACCOUNTS, min_size=2, max_size=8, unique=True))
    def publish(self, registrants: list[int]) -> None:
        opens_at = datetime.now(UTC) + timedelta(minutes=30)
        self.event = coupon_event(line_order="lottery", opens_at=opens_at, max_waiting=MAX_WAITING)
        self.line: UUID = self.event.coupon_event_id
        self.do(scripts.announce(self.redis, event=self.event))
        for account in registrants:
            self._join(account)

    @property
    def is_open(self) -> bool:
        return self.order is not None

    @property
    def in_draw(self) -> list[int]:
        return [account for account in self.registered if account not in self.left]

    @property
    def standing(self) -> list[int]:
        """Everybody who waits with a number, in order, as it is once all is drawn."""
        drawn = [account for account in self.order or [] if account not in self.left]
        return drawn + [account for _, account in sorted(self.late)]

    @rule(account=ACCOUNTS)
    def join(self, account: int) -> None:
        self._join(account)

    def _join(self, account: int) -> None:
        joiners = [Joiner(account, 0, "t")]
        [answer] = self.do(scripts.join(self.redis, event_id=self.line, joiners=joiners, grace_seconds=60))

        known = account in self.in_draw or account in self.standing
        if not known and len(self.in_draw) + len(self.late) >= MAX_WAITING:
            assert answer == NotJoined("line-full")
            return
        assert isinstance(answer, Joined)
        assert answer.created is not known
        if known:
            return
        if not self.is_open:
            assert (answer.place.state, answer.place.number, answer.place.ahead) == ("registered", 0, None)
            self.registered.append(account)
        else:
            self.next_late += 1
            assert answer.place.number == self.next_late
            self.late.append((self.next_late, account))

    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        account = data.draw(st.sampled_from([*self.in_draw, *self.standing, 1]))
        assert self.do(scripts.leave(self.redis, event_id=self.line, account_id=account)) == "left"

        self.late = [(number, who) for number, who in self.late if who != account]
        self.followers.pop(account, None)
        if account in self.in_draw:
            if self.is_open:
                self.left.add(account)
            else:
                self.registered.remove(account)

    @precondition(lambda self: not self.is_open)
    @rule(shuffled=st.randoms(use_true_random=False))
    def open(self, shuffled: Any) -> None:
        moved = self.event.model_copy(update={"revision": 2, "opens_at": datetime.now(UTC) - timedelta(seconds=1)})
        self.do(scripts.announce(self.redis, event=moved))
        [status] = [self.do(scripts.status(self.redis, event_id=self.line))]

        assert status.state == "drawing"
        assert sorted(self.do(scripts.registered(self.redis, event_id=self.line))) == sorted(self.registered)
        self.order = list(self.registered)
        shuffled.shuffle(self.order)
        self.next_late = len(self.order)

    @precondition(lambda self: self.is_open and not self.is_drawn)
    @rule(how_many=st.integers(min_value=0, max_value=3))
    def draw_some(self, how_many: int) -> None:
        self._write(how_many, is_last=False)

    @precondition(lambda self: self.is_open and not self.is_drawn)
    @rule()
    def another_leader_begins_anew(self) -> None:
        self.epoch += 1
        self.written = 0

    @precondition(lambda self: self.is_open and not self.is_drawn and self.written == len(self.order))
    @rule()
    def end_the_draw(self) -> None:
        self._write(0, is_last=True)
        self.is_drawn = True

    def _write(self, how_many: int, *, is_last: bool) -> None:
        lots = [Lot(number, account, f"{account:064x}") for number, account in enumerate(self.order or [], start=1)]
        part = lots[self.written : self.written + how_many]
        self.written += len(part)
        self.do(
            scripts.draw(
                self.redis,
                event_id=self.line,
                term=self.term,
                lots=part,
                entries=len(lots),
                is_last=is_last,
                grace_seconds=60,
            )
        )

    @rule()
    def everybody_reads_their_place(self) -> None:
        accounts = list(range(1, 13))
        places = self.do(scripts.stream_opened(self.redis, event_id=self.line, instance="i", account_ids=accounts))

        for account, place in zip(accounts, places, strict=True):
            if account in self.standing and (self.is_drawn or account not in self.in_draw):
                assert place.state == "waiting"
                self.followers[account] = Follower(place)
            elif account in self.in_draw:
                assert (place.state, place.number) == ("registered", 0)
            else:
                assert place is None

    @rule()
    def tick(self) -> None:
        ticked = self.do(
            scripts.tick(self.redis, event_id=self.line, term=self.term, departures_max=500, stalled_seconds=5)
        )

        assert ticked.state == ("not-open" if not self.is_open else "open" if self.is_drawn else "drawing")
        if ticked.frame:
            for follower in self.followers.values():
                follower.receive(orjson.loads(ticked.frame))
        for account, follower in self.followers.items():
            truth = self.standing.index(account)
            assert follower.ahead == truth, f"{account} reckons {follower.ahead} ahead, there are {truth}"

    @invariant()
    def everybody_is_counted_once(self) -> None:
        if hasattr(self, "line"):
            status = self.do(scripts.status(self.redis, event_id=self.line))
            assert status.waiting == len(self.in_draw) + len(self.late)

    @precondition(lambda self: self.is_drawn)
    @invariant()
    def the_line_stands_as_drawn(self) -> None:
        numbers = {account: number for number, account in enumerate(self.order or [], start=1)}
        numbers |= {account: number for number, account in self.late}
        places = self.do(
            scripts.stream_opened(self.redis, event_id=self.line, instance="i", account_ids=self.standing)
            if self.standing
            else asyncio.sleep(0, [])
        )
        assert [place.number for place in places] == [numbers[account] for account in self.standing]


def test_a_lottery_keeps_its_promises_in_any_order_of_events(redis_process: RedisProcess) -> None:
    run(LotteryMachine, url=redis_process.url, examples=100)
