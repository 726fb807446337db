"""What the loop promises, on the real Kafka."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException
from log_on_kafka import Log, brokers, own_log, until
from members import POISON, UNREADABLE, Member, Store, running

from salon_kit.kafka.consumer_loop import ConsumerLoop, NotNow
from salon_kit.kafka.source import KafkaSource

pytestmark = pytest.mark.timeout(90)


@pytest.fixture
def log() -> Iterator[Log]:
    with own_log() as own:
        yield own


def member(log: Log, *, store: Store | None = None, **more: Any) -> Member:
    source = KafkaSource(topics=[log.topic], brokers=brokers(), group=log.group, when_offsets_are_lost="earliest")
    return Member(source, store=store, **more)


def numbers(first: int, last: int) -> list[bytes]:
    return [b"%d" % number for number in range(first, last + 1)]


def test_everything_is_applied_in_order_and_then_committed(log: Log) -> None:
    log.write(numbers(1, 250))
    one = member(log)

    with running(one):
        until(lambda: log.committed() == {0: 250})

    assert one.store.values == numbers(1, 250)
    assert max(one.counted.batches) <= 100


def test_what_comes_while_an_effect_runs_forms_the_next_batch(log: Log) -> None:
    begun, go_on = threading.Event(), threading.Event()
    store = Store()

    def wait() -> None:
        begun.set()
        assert go_on.wait(timeout=20)

    store.before = wait
    one = member(log, store=store)
    with running(one):
        log.write([b"1"])
        assert begun.wait(timeout=20)
        log.write(numbers(2, 61))
        until(lambda: one.loop._source._consumer.get_watermark_offsets(_only(one), cached=True)[1] >= 61)  # type: ignore[attr-defined]
        go_on.set()
        until(lambda: len(one.store.values) >= 61)

    assert one.store.values == numbers(1, 61)
    # One batch more, or two if the last records were still on their way when the effect ended.
    assert one.counted.batches[0] == 1
    assert len(one.counted.batches) <= 3


def _only(one: Member) -> Any:
    (place,) = one.loop._source._consumer.assignment()  # type: ignore[attr-defined]
    return place


def test_a_poisonous_record_is_set_aside_alone(log: Log) -> None:
    log.write([b"1", POISON, b"2", UNREADABLE, b"3"])
    one = member(log)

    with running(one):
        until(lambda: log.committed() == {0: 5})

    assert one.store.values == [b"1", b"2", b"3"]
    assert [(unfit.record.offset, unfit.reason) for unfit in one.shelf.unfit] == [
        (1, "OverflowError: it does not fit?"),
        (3, "cannot be read"),
    ]
    assert one.died_of is None


def test_with_a_server_away_the_same_batch_waits_inside_the_group(log: Log) -> None:
    log.write(numbers(1, 3))
    store = Store()
    store.down_for = 10**6
    one = member(log, store=store)

    with running(one):
        until(lambda: one.counted.postponements >= 3)
        log.write([b"4"])
        assert not one.loop.is_ready
        assert one.loop.is_alive
        assert log.committed() == {}
        store.down_for = 0
        until(lambda: log.committed() == {0: 4})
        until(lambda: one.loop.is_ready)

    assert store.attempts[0] == numbers(1, 3)
    assert one.store.values == numbers(1, 4)


def test_a_member_that_waits_can_still_be_stopped(log: Log) -> None:
    log.write([b"1"])
    store = Store()
    store.down_for = 10**6
    one = member(log, store=store)

    with running(one):
        until(lambda: one.counted.postponements > 0)

    assert one.died_of is None
    assert log.committed() == {}


def _shared_while_the_first_waits(log: Log) -> tuple[Member, Member]:
    """The first member holds records of both partitions and waits; the second joins and gets one of them."""
    is_back = threading.Event()
    store = Store()

    def away() -> None:
        if not is_back.is_set():
            raise NotNow("away")

    store.before = away
    for partition in (0, 1):
        log.write(numbers(partition * 100 + 1, partition * 100 + 5), partition=partition)
    first, second = member(log, store=store), member(log)
    with running(first):
        until(lambda: len(first.loop._batch) >= 10)
        with running(second):
            until(lambda: len(second.store.values) >= 5)
            is_back.set()
            until(lambda: len({*first.store.values, *second.store.values}) >= 10)
            until(lambda: log.committed() == {0: 5, 1: 5})
    return first, second


def _take_ten_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch is what has been fetched so far; here it must be of both partitions."""
    settle = ConsumerLoop._settle

    def settle_ten(self: ConsumerLoop) -> None:
        while len(self._batch) < 10 and not self._stopping.is_set() and isinstance(self._effect, Store):
            if self._effect.before.__name__ != "away":
                break
            self._batch.records.extend(self._source.take(100, wait_seconds=0.1))
        settle(self)

    monkeypatch.setattr(ConsumerLoop, "_settle", settle_ten)


def test_what_was_held_of_a_partition_that_went_is_left_to_its_new_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    _take_ten_at_first(monkeypatch)
    with own_log(partitions=2) as log:
        first, second = _shared_while_the_first_waits(log)

    assert len(first.store.values) == len(second.store.values) == 5
    assert set(first.store.values).isdisjoint(second.store.values)


def test_without_giving_up_both_members_would_do_the_same_records(monkeypatch: pytest.MonkeyPatch) -> None:
    _take_ten_at_first(monkeypatch)
    monkeypatch.setattr(ConsumerLoop, "give_up", lambda *_, **__: None)

    with own_log(partitions=2) as log:
        first, second = _shared_while_the_first_waits(log)

    assert set(first.store.values) & set(second.store.values)


def test_a_commit_that_fails_after_the_effect_does_not_stop_the_loop(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    one = member(log)
    with running(one):
        log.write([b"1"])
        until(lambda: log.committed() == {0: 1})
        # As after a stop that was longer than the group waits: these offsets are not ours to commit.
        source: Any = one.loop._source
        monkeypatch.setattr(source, "_consumer", _FailsToCommitOnce(source._consumer))
        log.write([b"2"])
        until(lambda: one.counted.refusals == 1)
        log.write([b"3"])
        until(lambda: log.committed() == {0: 3})

    assert one.store.values == numbers(1, 3)


class _FailsToCommitOnce:
    def __init__(self, real: Any) -> None:
        self._real = real
        self._failed = False

    def commit(self, **kwargs: Any) -> Any:
        if not self._failed:
            self._failed = True
            raise KafkaException(KafkaError(KafkaError.ILLEGAL_GENERATION))
        return self._real.commit(**kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def test_work_between_batches_is_done_when_nothing_comes_and_may_have_to_wait(log: Log) -> None:
    turns: list[int] = []

    def between() -> None:
        turns.append(len(turns))
        if len(turns) == 1:
            raise NotNow("away")

    one = member(log, between=between)
    with running(one):
        until(lambda: len(turns) >= 3)
        log.write([b"1"])
        until(lambda: one.store.values == [b"1"])

    assert one.died_of is None


def test_how_far_behind_a_member_is_can_be_seen(log: Log) -> None:
    go_on = threading.Event()
    store = Store()
    store.before = lambda: time.sleep(0 if go_on.is_set() else 1.2)
    one = member(log, store=store, batch_limit=10)

    with running(one):
        log.write(numbers(1, 100))
        until(lambda: one.counted.behind.get((log.topic, 0), 0) > 0)
        go_on.set()
        until(lambda: len(one.store.values) >= 100)
        until(lambda: one.counted.behind.get((log.topic, 0)) == 0)
