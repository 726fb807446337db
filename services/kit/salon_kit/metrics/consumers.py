"""What a member of a consumer group can be watched by."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from prometheus_client import REGISTRY, CollectorRegistry

from salon_contracts.metrics import shared
from salon_kit.kafka.records import Place, Record, Unfit
from salon_kit.metrics.instruments import counters, gauges, histograms


class Instruments:
    """Of all groups that this process is a member of: once for each registry."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self.records = counters(shared.CONSUMER_RECORDS, registry)
        self.passed = counters(shared.CONSUMER_PASSED, registry)
        self.postponed = counters(shared.CONSUMER_POSTPONED, registry)
        self.commits_failed = counters(shared.CONSUMER_COMMITS_FAILED, registry)
        self.batch = histograms(shared.CONSUMER_BATCH, registry)
        self.effect_seconds = histograms(shared.CONSUMER_EFFECT_SECONDS, registry)
        self.lag_records = gauges(shared.CONSUMER_LAG_RECORDS, registry)
        self.lag_seconds = gauges(shared.CONSUMER_LAG_SECONDS, registry)
        self.commit_age = gauges(shared.CONSUMER_COMMIT_AGE, registry)
        self.round_age = gauges(shared.CONSUMER_ROUND_AGE, registry)


class GroupMetrics:
    """What `ConsumerLoop` reports of one group. The loop's thread writes, those of the health server read."""

    def __init__(self, group: str, instruments: Instruments, *, now: Callable[[], float] = time.time) -> None:
        self._group = group
        self._instruments = instruments
        self._now = now
        self._waiting = _Waiting()
        self._committed_at = now()
        instruments.commit_age.labels(group).set_function(lambda: max(0.0, self._now() - self._committed_at))

    def watch_rounds(self, age_seconds: Callable[[], float]) -> None:
        self._instruments.round_age.labels(self._group).set_function(age_seconds)

    def kept(self, records: Sequence[Record], unfit: Sequence[Unfit], *, seconds: float) -> None:
        self._instruments.records.labels(self._group).inc(len(records))
        self._instruments.batch.labels(self._group).observe(len(records))
        self._instruments.effect_seconds.labels(self._group).observe(seconds)
        for record, _reason in unfit:
            self._instruments.passed.labels(self._group, record.topic, "set-aside").inc()
        self._waiting.reached(records)

    def of_unknown_type(self, topic: str) -> None:
        self._instruments.passed.labels(self._group, topic, "unknown-type").inc()

    def postponed(self) -> None:
        self._instruments.postponed.labels(self._group).inc()

    def commit_failed(self) -> None:
        self._instruments.commits_failed.labels(self._group).inc()

    def committed(self) -> None:
        self._committed_at = self._now()

    def given_up(self, places: set[Place]) -> None:
        """They are somebody else's: do not go on reporting a lag that nobody measures."""
        self._waiting.forget(places)
        for topic, partition in places:
            self._instruments.lag_records.forget(self._group, topic, str(partition))
            self._instruments.lag_seconds.forget(self._group, topic, str(partition))

    def lag(self, unread: Mapping[Place, int], held: Sequence[Record]) -> None:
        """`held` was read and is not kept yet."""
        for place, count in unread.items():
            mine = [record for record in held if record.place == place]
            labels = (self._group, place[0], str(place[1]))
            # From the start, at nought: of a series that begins at one nobody can see that it rose.
            self._instruments.passed.labels(self._group, place[0], "set-aside")
            self._instruments.lag_records.labels(*labels).set(count + len(mine))
            self._waiting.seen(place, unread=count, held=mine, now=self._now())
            self._instruments.lag_seconds.labels(*labels).set_function(partial(self._seconds, place))

    def _seconds(self, place: Place) -> float:
        since = self._waiting.since(place)
        return 0.0 if since is None else max(0.0, self._now() - since)


class _Waiting:
    """Since when the oldest record that is not applied has been in the log, at most.

    Of a record that is held its time is known. One that is unread came after the last that was applied, and after the
    moment at which nothing was unread: the later of the two is an upper bound, close while records keep coming. Of a
    partition that nothing was read of yet only that is known for how long it has been looked at.
    """

    def __init__(self) -> None:
        self._since: dict[Place, float] = {}
        self._reached: dict[Place, float] = {}
        self._lock = threading.Lock()

    def reached(self, records: Sequence[Record]) -> None:
        with self._lock:
            for record in records:
                if record.written_at is not None:
                    self._reached[record.place] = max(record.written_at, self._reached.get(record.place, 0.0))

    def seen(self, place: Place, *, unread: int, held: Sequence[Record], now: float) -> None:
        times = [record.written_at for record in held if record.written_at is not None]
        with self._lock:
            if times:
                self._since[place] = min(times)
            elif unread or held:
                self._since[place] = max(self._since.get(place, 0.0), self._reached.setdefault(place, now))
            else:
                self._since.pop(place, None)
                self._reached[place] = max(now, self._reached.get(place, 0.0))

    def since(self, place: Place) -> float | None:
        with self._lock:
            return self._since.get(place)

    def forget(self, places: set[Place]) -> None:
        with self._lock:
            for place in places:
                self._since.pop(place, None)
                self._reached.pop(place, None)
