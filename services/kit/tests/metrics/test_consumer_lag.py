"""How far behind a group is, in records and in seconds, whatever the loop is doing."""

from __future__ import annotations

import pytest
from members import TOPIC, Store
from prometheus_client import CollectorRegistry

from salon_kit.kafka import consumer_loop
from salon_kit.kafka.consumer_loop import ConsumerLoop
from salon_kit.kafka.records import Record
from salon_kit.metrics.consumers import GroupMetrics, Instruments
from salon_kit.testing.memory_shelf import MemoryShelf
from salon_kit.testing.memory_source import MemorySource

pytestmark = pytest.mark.unit

HERE = (TOPIC, 0)


class Clock:
    seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


class Watched:
    def __init__(self) -> None:
        self.clock = Clock()
        self.registry = CollectorRegistry()
        self.metrics = GroupMetrics("readers", Instruments(self.registry), now=self.clock)

    def value(self, name: str) -> float | None:
        return self.registry.get_sample_value(name, {"group": "readers", "topic": TOPIC, "partition": "0"})

    def of_group(self, name: str) -> float | None:
        return self.registry.get_sample_value(name, {"group": "readers"})

    @property
    def lag_seconds(self) -> float | None:
        return self.value("salon_consumer_lag_seconds")

    def record(self, *, age: float = 0.0) -> Record:
        return Record(*HERE, 0, b"k", b"v", written_at=self.clock.seconds - age)


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_nothing_unread_is_no_lag(watched: Watched) -> None:
    watched.metrics.lag({HERE: 0}, [])
    watched.clock.seconds += 3600

    assert watched.lag_seconds == 0
    assert watched.value("salon_consumer_lag_records") == 0


def test_a_record_that_is_held_counts_from_when_it_was_written(watched: Watched) -> None:
    held = [watched.record(age=7), watched.record(age=5)]
    watched.metrics.lag({HERE: 4}, held)
    watched.clock.seconds += 10

    assert watched.lag_seconds == 17
    assert watched.value("salon_consumer_lag_records") == 6


def test_after_an_idle_night_the_first_record_does_not_look_a_night_old(watched: Watched) -> None:
    watched.metrics.kept([watched.record()], [], seconds=0.1)
    watched.clock.seconds += 8 * 3600
    watched.metrics.lag({HERE: 0}, [])
    watched.clock.seconds += 1

    watched.metrics.lag({HERE: 1}, [])

    assert watched.lag_seconds == 1


def test_a_reader_that_keeps_up_with_a_stream_that_never_ends_is_not_late(watched: Watched) -> None:
    for _ in range(600):
        watched.clock.seconds += 1
        watched.metrics.kept([watched.record(age=0.5)], [], seconds=0.1)
        watched.metrics.lag({HERE: 3}, [])

    assert watched.lag_seconds == 0.5


def test_a_reader_that_falls_behind_is_as_late_as_what_it_has_come_to(watched: Watched) -> None:
    for behind in range(100):
        watched.clock.seconds += 1
        watched.metrics.kept([watched.record(age=behind)], [], seconds=0.1)
        watched.metrics.lag({HERE: 1_000}, [])

    assert watched.lag_seconds == 99


def test_partitions_that_are_given_up_are_no_longer_reported(watched: Watched) -> None:
    watched.metrics.lag({HERE: 4}, [watched.record(age=7)])

    watched.metrics.given_up({HERE})

    assert watched.lag_seconds is None
    assert watched.value("salon_consumer_lag_records") is None


def test_while_the_store_is_away_the_lag_goes_on_rising(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer_loop, "LAG_EVERY_SECONDS", 0.0)
    source, store = MemorySource(), Store()
    loop = ConsumerLoop(source=source, effect=store, set_aside=MemoryShelf(), watch=watched.metrics, batch_limit=10)
    source.start(on_revoked=loop.give_up)
    source.write(watched.record())
    seen: list[tuple[float | None, float | None]] = []

    def a_minute_later() -> None:
        seen.append((watched.lag_seconds, watched.value("salon_consumer_lag_records")))
        watched.clock.seconds += 60

    store.before, store.down_for = a_minute_later, 3
    loop.step()

    assert seen == [(None, None), (60, 1), (120, 1), (180, 1)]
    assert watched.lag_seconds == 0
    assert watched.value("salon_consumer_lag_records") == 0
    assert watched.of_group("salon_consumer_batches_postponed_total") == 3


def test_the_age_of_the_last_commit_begins_again_with_each(watched: Watched) -> None:
    watched.clock.seconds += 40
    assert watched.of_group("salon_consumer_commit_age_seconds") == 40

    watched.metrics.committed()

    assert watched.of_group("salon_consumer_commit_age_seconds") == 0
