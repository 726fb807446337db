"""Any order of joins, leaves, admissions, answers and changes of leader keeps the line's promises (hypothesis)."""

from __future__ import annotations

import bisect
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
)

from coupon_queue import scripts
from coupon_queue.scripts import FINAL_STATES, Joined, Joiner, LostLease
from coupon_queue.scripts.shared.line_keys import line_key
from salon_contracts.events.coupons import CouponIssuedV1, CouponRefusedV1, RefusalReason
from salon_kit.testing.redis_server import RedisProcess
from tests.harness.coupon_events import coupon_event
from tests.harness.line_machine import LineMachineBase, run

ACCOUNTS = st.integers(min_value=1, max_value=12)
REASONS = st.sampled_from([RefusalReason.UNKNOWN_CUSTOMER, RefusalReason.ALREADY_HAS_COUPON])


class Follower:
    """A client's arithmetic: one place at the beginning, then only frames."""

    def __init__(self, place: scripts.Place) -> None:
        self.number, self.seq, self.admitted, self.ahead = place.number, place.seq, place.admitted, place.ahead or 0

    def receive(self, frame: dict[str, Any]) -> None:
        if frame["seq"] <= self.seq:
            return
        departed = sum(max(0, min(to, self.number - 1) - first + 1) for first, to in frame["departed"])
        returned = sum(number < self.number for number in frame["returned"])
        self.ahead += returned - departed - (frame["admitted"] - self.admitted)
        self.seq, self.admitted = frame["seq"], frame["admitted"]


class LineMachine(LineMachineBase):
    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[tuple[int, int]] = []  # (number, account), in order
        self.tickets: dict[int, int] = {}
        self.given_up: dict[int, int] = {}
        self.open_claims: dict[str, tuple[int, int, int]] = {}  # claim_id -> account, number, serial
        self.outcomes: dict[int, str] = {}
        self.used_serials: list[int] = []
        self.next_number = 1
        self.followers: dict[int, Follower] = {}

    @initialize(quantity=st.integers(min_value=1, max_value=8))
    def open_line(self, quantity: int) -> None:
        self.quantity = quantity
        event = coupon_event(quantity=quantity)
        self.line: UUID = event.coupon_event_id
        self.do(scripts.announce(self.redis, event=event))

    @property
    def issued(self) -> int:
        return sum(outcome == "issued" for outcome in self.outcomes.values())

    @rule(account=ACCOUNTS, with_ticket=st.booleans())
    def join(self, account: int, with_ticket: bool) -> None:
        ticket = self.tickets.get(account, 0) if with_ticket else 0
        joiners = [Joiner(account, ticket, "t")]
        [answer] = self.do(scripts.join(self.redis, event_id=self.line, joiners=joiners, grace_seconds=60))

        standing = {who: number for number, who in self.waiting}
        if account in self.outcomes or account in standing or self._has_claim(account):
            assert isinstance(answer, Joined)
            assert not answer.created
            assert answer.place.number == standing.get(account, answer.place.number)
        elif self.issued == self.quantity:
            assert not isinstance(answer, Joined)
        else:
            assert isinstance(answer, Joined)
            assert answer.place.number == self.next_number
            self.waiting.append((self.next_number, account))
            self.tickets[account] = self.next_number
            self.next_number += 1

    @rule(account=ACCOUNTS)
    def leave(self, account: int) -> None:
        answer = self.do(scripts.leave(self.redis, event_id=self.line, account_id=account))

        if self._has_claim(account):
            assert answer == "claimed"
        elif self.outcomes.get(account) == "issued":
            assert answer == "issued"
        else:
            assert answer == "left"
            self.waiting = [(number, who) for number, who in self.waiting if who != account]
            self.followers.pop(account, None)

    @rule(batch=st.integers(min_value=1, max_value=4), window=st.integers(min_value=1, max_value=5))
    def admit(self, batch: int, window: int) -> None:
        result = self.do(scripts.admit(self.redis, event_id=self.line, term=self.term, batch_size=batch, window=window))

        room = min(batch, window - len(self.open_claims), self._stock(), len(self.waiting))
        assert result.admitted == max(0, room)
        for number, account in self.waiting[: result.admitted]:
            claim_id, serial = self._newest_claim_of(account)
            assert serial not in {taken for _, _, taken in self.open_claims.values()}
            assert serial not in self.used_serials
            self.open_claims[claim_id] = (account, number, serial)
            self.followers.pop(account, None)
        self.waiting = self.waiting[result.admitted :]

    @precondition(lambda self: self.open_claims)
    @rule(data=st.data(), reason=st.none() | REASONS, twice=st.booleans())
    def answer(self, data: st.DataObject, reason: RefusalReason | None, twice: bool) -> None:
        claim_id = data.draw(st.sampled_from(sorted(self.open_claims)))
        account, number, serial = self.open_claims.pop(claim_id)
        facts: dict[str, Any] = {
            "coupon_event_id": self.line,
            "claim_id": claim_id,
            "customer_id": account,
            "number": number,
            "serial": serial,
        }
        answer: CouponIssuedV1 | CouponRefusedV1
        if reason is None:
            answer = CouponIssuedV1(trace_id="t", coupon_id=uuid4(), **facts)
        else:
            answer = CouponRefusedV1(trace_id="t", reason=reason, **facts)

        settled = self.do(scripts.settle(self.redis, event_id=self.line, answers=[answer] * (1 + twice)))

        assert settled.changed == 1
        self.outcomes[account] = "refused" if reason else "issued"
        if reason is None:
            self.used_serials.append(serial)

    @precondition(lambda self: self.open_claims)
    @rule(data=st.data())
    def serial_was_taken(self, data: st.DataObject) -> None:
        claim_id = data.draw(st.sampled_from(sorted(self.open_claims)))
        account, number, serial = self.open_claims.pop(claim_id)
        answer = CouponRefusedV1(
            trace_id="t",
            reason=RefusalReason.SERIAL_TAKEN,
            coupon_event_id=self.line,
            claim_id=claim_id,
            customer_id=account,
            number=number,
            serial=serial,
        )

        self.do(scripts.settle(self.redis, event_id=self.line, answers=[answer]))

        self.used_serials.append(serial)
        self.outcomes[-serial] = "issued"  # somebody outside this line has it
        bisect.insort(self.waiting, (number, account))

    @rule(account=ACCOUNTS)
    def follow(self, account: int) -> None:
        [place] = self.do(scripts.stream_opened(self.redis, event_id=self.line, instance="i", account_ids=[account]))
        if place is not None and place.state == "waiting":
            self.followers[account] = Follower(place)

    @rule(departures_max=st.sampled_from([1, 500]))
    def tick(self, departures_max: int) -> None:
        untold = 1
        while untold:
            ticked = self.do(
                scripts.tick(
                    self.redis,
                    event_id=self.line,
                    term=self.term,
                    departures_max=departures_max,
                    stalled_seconds=5,
                )
            )
            untold = ticked.unsent
            if ticked.frame:
                for follower in self.followers.values():
                    follower.receive(orjson.loads(ticked.frame))
        for account, follower in self.followers.items():
            truth = [who for _, who in self.waiting].index(account)
            assert follower.ahead == truth, f"{account} reckons {follower.ahead} ahead, there are {truth}"

    @rule()
    def another_leader(self) -> None:
        old = self.term
        self.epoch += 1
        self.do(scripts.admit(self.redis, event_id=self.line, term=self.term, batch_size=1, window=0))
        with pytest.raises(LostLease):
            self.do(scripts.admit(self.redis, event_id=self.line, term=old, batch_size=9, window=9))

    @invariant()
    def stock_is_conserved(self) -> None:
        if not hasattr(self, "line"):
            return
        status = self.do(scripts.status(self.redis, event_id=self.line))
        assert status.issued == self.issued <= self.quantity
        assert status.stock_left == self._stock() >= 0
        assert status.waiting == (0 if status.state in FINAL_STATES else len(self.waiting))
        assert len(set(self.used_serials)) == len(self.used_serials)
        assert all(1 <= serial <= self.quantity for serial in self.used_serials)

    @invariant()
    def the_line_is_in_order(self) -> None:
        if hasattr(self, "line"):
            line = self.do(self.redis.zrange(line_key(self.line, "waiting"), 0, -1, withscores=True))
            assert [(int(number), int(account)) for account, number in line] == self.waiting

    def _stock(self) -> int:
        return self.quantity - self.issued - len(self.open_claims)

    def _has_claim(self, account: int) -> bool:
        return any(owner == account for owner, _, _ in self.open_claims.values())

    def _newest_claim_of(self, account: int) -> tuple[str, int]:
        for _, fields in self.do(self.redis.xrevrange(line_key(self.line, "claims"))):
            if fields["account"] == str(account):
                return fields["claim_id"], int(fields["serial"])
        raise AssertionError("an admission without a claim")


def test_the_line_keeps_its_promises_in_any_order_of_events(redis_process: RedisProcess) -> None:
    run(LineMachine, url=redis_process.url, examples=60)
