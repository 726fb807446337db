"""Reading Kafka: everything is done at least once, in order, and nothing is committed before it is done."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError
from prometheus_client import REGISTRY

from config.env import env
from edge.consuming import ConsumerLoop, run_until_stopped
from edge.subscription import Subscription
from edge.tests.kafka import committed, own_topic, publish, until
from salon_contracts.coupons import ON_COUPON_CLAIMS, CouponClaimedV1
from salon_contracts.topics import Topic

pytestmark = pytest.mark.timeout(90)

Handle = Callable[[Sequence[CouponClaimedV1]], None]
EVENT = UUID("0192d7a0-0000-7000-8000-000000000001")


def _claim(number: int) -> bytes:
    return CouponClaimedV1(
        coupon_event_id=EVENT, claim_id=f"c-{number}", customer_id=1, number=number, serial=1, trace_id="t"
    ).to_bytes()


class Member:
    """A loop on a thread of its own, and what it handled."""

    def __init__(
        self,
        topic: Topic,
        *,
        group: str,
        handle: Handle | None = None,
        between: Callable[[], None] | None = None,
        batch_size: int = 100,
    ) -> None:
        self.batches: list[list[int]] = []
        self.died_of: BaseException | None = None
        self._handle = handle
        subscription = Subscription(group, (topic,), ON_COUPON_CLAIMS, "earliest", batch_size)
        self.loop = ConsumerLoop(subscription, brokers=env.kafka_brokers, handle=self._do, between=between)
        self.thread = threading.Thread(target=self._run)

    @property
    def handled(self) -> list[int]:
        return [number for batch in self.batches for number in batch]

    def _do(self, claims: Sequence[CouponClaimedV1]) -> None:
        if self._handle:
            self._handle(claims)
        self.batches.append([claim.number for claim in claims])

    def _run(self) -> None:
        try:
            self.loop.run()
        except BaseException as error:  # the test asks for it
            self.died_of = error

    def stop(self) -> None:
        self.loop.stop()
        self.thread.join(timeout=20)
        assert not self.thread.is_alive()


@contextmanager
def running(*members: Member) -> Iterator[None]:
    for member in members:
        member.thread.start()
    try:
        yield
    finally:
        for member in members:
            member.stop()


@pytest.fixture
def topic() -> Iterator[Topic]:
    with own_topic(partitions=1) as own:
        yield own


@pytest.fixture
def group() -> str:
    return f"test-{uuid4().hex}"


def _metric(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_everything_is_handled_in_order_and_then_committed(topic: Topic, group: str) -> None:
    publish(topic, [_claim(number) for number in range(1, 251)])
    member = Member(topic, group=group)

    with running(member):
        until(lambda: len(member.handled) >= 250)

    assert member.handled == list(range(1, 251))
    assert max(len(batch) for batch in member.batches) <= 100
    assert committed(topic, group=group) == {0: 250}


def test_what_comes_while_an_effect_runs_forms_the_next_batch(topic: Topic, group: str) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def handle(_claims: Sequence[CouponClaimedV1]) -> None:
        begun.set()
        assert go_on.wait(timeout=20)

    member = Member(topic, group=group, handle=handle)
    with running(member):
        publish(topic, [_claim(1)])
        assert begun.wait(timeout=20)
        publish(topic, [_claim(number) for number in range(2, 62)])
        until(lambda: _fetched(member) >= 61)
        go_on.set()
        until(lambda: len(member.handled) >= 61)

    assert member.handled == list(range(1, 62))
    assert member.batches[0] == [1]
    # One batch, or two if the last records were still on their way when the effect ended.
    assert len(member.batches) <= 3


def _fetched(member: Member) -> int:
    from confluent_kafka import TopicPartition

    consumer = member.loop._consumer
    (assigned,) = consumer.assignment()
    _low, high = consumer.get_watermark_offsets(TopicPartition(assigned.topic, assigned.partition), cached=True)
    return int(high)


def test_a_batch_whose_effect_fails_is_not_committed_and_ends_the_loop(topic: Topic, group: str) -> None:
    publish(topic, [_claim(number) for number in range(1, 4)])

    def handle(_claims: Sequence[CouponClaimedV1]) -> None:
        raise ValueError("a bug")

    dying = Member(topic, group=group, handle=handle)
    with running(dying):
        until(lambda: dying.died_of is not None)

    assert isinstance(dying.died_of, ValueError)
    assert committed(topic, group=group) == {}

    next_one = Member(topic, group=group)
    with running(next_one):
        until(lambda: len(next_one.handled) >= 3)
    assert next_one.handled == [1, 2, 3]


def test_a_loop_that_dies_takes_its_process_with_it(topic: Topic, group: str) -> None:
    publish(topic, [_claim(1)])

    def handle(_claims: Sequence[CouponClaimedV1]) -> None:
        raise ValueError("a bug")

    with _signals_as_they_were(), pytest.raises(SystemExit) as ended:
        run_until_stopped(Member(topic, group=group, handle=handle).loop, metrics_port=0)

    assert ended.value.code == 1


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (None, "unreadable"),
        (b"", "unreadable"),
        (b"\xff\xfe garbage", "unreadable"),
        (b"[" * 100_000, "unreadable"),
        (b'{"no": "type"}', "unreadable"),
        (b'{"type": "coupon.claimed.v1", "serial": 0}', "unreadable"),
        (b'{"type": "coupon.claimed.v9"}', "unknown-type"),
    ],
)
def test_a_record_that_is_not_ours_is_counted_and_passed(
    topic: Topic, group: str, record: bytes | None, reason: str
) -> None:
    publish(topic, [_claim(1), record, _claim(2)])
    member = Member(topic, group=group)

    with running(member):
        until(lambda: len(member.handled) >= 2)
        until(lambda: committed(topic, group=group) == {0: 3})

    assert member.handled == [1, 2]
    assert _metric("main_consumer_records_passed_total", group=group, topic=topic.name, reason=reason) == 1


def test_with_the_database_away_the_same_batch_waits_and_nothing_is_passed_over(topic: Topic, group: str) -> None:
    publish(topic, [_claim(number) for number in range(1, 4)])
    attempts: list[list[int]] = []
    back = threading.Event()

    def handle(claims: Sequence[CouponClaimedV1]) -> None:
        attempts.append([claim.number for claim in claims])
        if not back.is_set():
            raise OperationalError(2006, "Server has gone away")

    member = Member(topic, group=group, handle=handle)
    with running(member):
        until(lambda: len(attempts) >= 3)
        publish(topic, [_claim(4)])
        assert not member.loop.is_ready
        assert member.loop.is_alive
        assert committed(topic, group=group) == {}
        back.set()
        until(lambda: len(member.handled) >= 4)
        until(lambda: member.loop.is_ready)

    assert {tuple(attempt) for attempt in attempts[:3]} == {(1, 2, 3)}
    assert member.handled == [1, 2, 3, 4]
    assert committed(topic, group=group) == {0: 4}


def test_a_member_that_waits_for_the_database_can_still_be_stopped(topic: Topic, group: str) -> None:
    publish(topic, [_claim(1)])

    def handle(_claims: Sequence[CouponClaimedV1]) -> None:
        raise OperationalError(2006, "Server has gone away")

    member = Member(topic, group=group, handle=handle)
    with running(member):
        until(lambda: not member.loop.is_ready and member.loop._held != [])

    assert member.died_of is None
    assert committed(topic, group=group) == {}


def _take_ten_at_first(loop: ConsumerLoop[CouponClaimedV1]) -> None:
    """A batch is what has been fetched so far; here it must be of both partitions."""
    gather = loop._gather
    taken: list[bool] = []

    def gather_ten() -> None:
        gather()
        while not taken and len(loop._held) < 10 and not loop._stopping.is_set():
            gather()
        taken.append(True)

    loop._gather = gather_ten  # type: ignore[method-assign]


def _share_while_the_first_waits(topic: Topic, group: str) -> tuple[Member, Member]:
    """The first member holds records of both partitions and waits; the second joins and gets one of them."""
    first_is_back = threading.Event()

    def handle(_claims: Sequence[CouponClaimedV1]) -> None:
        if not first_is_back.is_set():
            raise OperationalError(2006, "Server has gone away")

    for partition in (0, 1):
        publish(topic, [_claim(partition * 100 + number) for number in range(1, 6)], partition=partition)
    first, second = Member(topic, group=group, handle=handle), Member(topic, group=group)
    _take_ten_at_first(first.loop)
    with running(first):
        until(lambda: first.loop._postponed and len(first.loop._held) >= 10)
        with running(second):
            until(lambda: len(second.handled) >= 5)
            first_is_back.set()
            until(lambda: len(set(first.handled + second.handled)) >= 10)
            until(lambda: committed(topic, group=group) == {0: 5, 1: 5})
    return first, second


def test_what_was_held_of_a_partition_that_went_is_left_to_its_new_owner(group: str) -> None:
    with own_topic(partitions=2) as topic:
        first, second = _share_while_the_first_waits(topic, group)

    assert len(first.handled) == len(second.handled) == 5
    assert set(first.handled).isdisjoint(second.handled)


def test_without_forgetting_both_members_do_the_same_records(group: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ConsumerLoop, "_forget", lambda *_: None)

    with own_topic(partitions=2) as topic:
        first, second = _share_while_the_first_waits(topic, group)

    assert set(first.handled) & set(second.handled)


def test_a_commit_that_fails_after_the_effect_does_not_stop_the_loop(
    topic: Topic, group: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = Member(topic, group=group)
    with running(member):
        publish(topic, [_claim(1)])
        until(lambda: committed(topic, group=group) == {0: 1})
        # As after a stop that was longer than the group's patience: these offsets are not ours to commit.
        monkeypatch.setattr(member.loop, "_consumer", _FailsToCommitOnce(member.loop._consumer))
        publish(topic, [_claim(2)])
        until(lambda: _metric("main_consumer_commits_failed_total", group=group) == 1)
        publish(topic, [_claim(3)])
        until(lambda: committed(topic, group=group) == {0: 3})

    assert member.handled == [1, 2, 3]


class _FailsToCommitOnce:
    def __init__(self, real: Any) -> None:
        self._real = real
        self._failed = False

    def commit(self, **kwargs: Any) -> Any:
        from confluent_kafka import KafkaError, KafkaException

        if not self._failed:
            self._failed = True
            raise KafkaException(KafkaError(KafkaError.ILLEGAL_GENERATION))
        return self._real.commit(**kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def test_work_between_batches_is_done_when_nothing_comes_and_may_fail(topic: Topic, group: str) -> None:
    turns: list[int] = []

    def between() -> None:
        turns.append(len(turns))
        if len(turns) == 1:
            raise OperationalError(2006, "Server has gone away")

    member = Member(topic, group=group, between=between)
    with running(member):
        until(lambda: len(turns) >= 3)
        publish(topic, [_claim(1)])
        until(lambda: member.handled == [1])

    assert member.died_of is None


def test_how_far_behind_a_worker_is_can_be_seen(topic: Topic, group: str) -> None:
    go_on = threading.Event()
    member = Member(topic, group=group, handle=lambda _: None if go_on.wait(timeout=0) else _pause(), batch_size=10)

    with running(member):
        publish(topic, [_claim(number) for number in range(1, 101)])
        lag = {"group": group, "topic": topic.name, "partition": "0"}
        until(lambda: _metric("main_consumer_lag_records", **lag) > 0)
        go_on.set()
        until(lambda: len(member.handled) >= 100)
        until(lambda: _metric("main_consumer_lag_records", **lag) == 0)

    assert _metric("main_consumer_records_handled_total", group=group) == 100


def _pause() -> None:
    threading.Event().wait(0.3)


def test_a_worker_tells_that_it_is_alive_and_ready_and_what_it_does(topic: Topic, group: str) -> None:
    from edge.worker_health import WorkerHealth

    member = Member(topic, group=group)
    health = WorkerHealth(
        host="127.0.0.1", port=0, is_alive=lambda: member.loop.is_alive, is_ready=lambda: member.loop.is_ready
    )
    health.start()

    before = _status(health.port, "/readyz")
    with running(member):
        until(lambda: _status(health.port, "/readyz") == 200)
        alive, metrics = _status(health.port, "/healthz"), _status(health.port, "/metrics")
    health.stop()

    assert (before, alive, metrics) == (503, 200, 200)


def _status(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:  # our own
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


@contextmanager
def _signals_as_they_were() -> Iterator[None]:
    import signal

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
