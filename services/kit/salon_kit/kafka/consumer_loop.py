"""The one loop in which a process of ours reads Kafka: take what is there, apply it, and only then commit.

Delivery is at least once, so an effect that comes again must change nothing. What cannot be done is of two kinds:

- *Not now*: a server is away. The effect raises `NotNow`; the same batch is tried again, in the group, and nothing is
  passed over.
- *Never*: the record itself cannot be applied. The effect says so, or dies of it: then the batch is taken apart until
  the record is alone. It is set aside with its reason where this process keeps such records, and the others go on.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from salon_contracts.events.reading import plain
from salon_kit.bounded_lines import BoundedLines
from salon_kit.kafka.records import Place, Record, Unfit
from salon_kit.kafka.source import CommitRefused, Source
from salon_kit.logs import get_logger
from salon_kit.spans.kafka import line_facts, lines_of, processing

log = get_logger(__name__)

IDLE_SECONDS = 0.5
FIRST_RETRY_SECONDS = 0.1
LONGEST_RETRY_SECONDS = 5.0
LAG_EVERY_SECONDS = 1.0
# Longer than the longest single wait in a round (a write to a database, a dead letter's report).
STUCK_AFTER_SECONDS = 30.0


class NotNow(Exception):
    """Nothing is certain about this effect: do not commit, come again later."""


Effect = Callable[[Sequence[Record]], Sequence[Unfit]]
"""Returns when all of it is durable, with the records that can never be applied. Raises NotNow."""


class SetAside(Protocol):
    """Where a process keeps records that it can never apply: its dead-letter policy."""

    def put(self, unfit: Sequence[Unfit], *, done: set[tuple[Place, int]]) -> None:
        """Returns when they are durable. `done` remembers place and offset over retries. Raises NotNow."""


class Watch(Protocol):
    """What a process counts."""

    def kept(self, records: Sequence[Record], unfit: Sequence[Unfit], *, seconds: float) -> None: ...
    def postponed(self) -> None: ...
    def committed(self) -> None: ...
    def commit_failed(self) -> None: ...
    def given_up(self, places: set[Place]) -> None: ...
    def lag(self, unread: Mapping[Place, int], held: Sequence[Record]) -> None: ...


class Batch:
    """Records in log order that are not committed yet."""

    def __init__(self, records: Iterable[Record] = (), *, done: set[tuple[Place, int]] | None = None) -> None:
        self.records: list[Record] = list(records)
        self.done: set[tuple[Place, int]] = set() if done is None else done

    def __len__(self) -> int:
        return len(self.records)

    def next_offsets(self) -> dict[Place, int]:
        """Per partition, where reading goes on after this batch."""
        return {record.place: record.offset + 1 for record in self.records}

    def give_up(self, places: set[Place]) -> Batch:
        """Take the records of these partitions out of this batch, as a batch of their own."""
        given = Batch((record for record in self.records if record.place in places), done=self.done)
        self.records = [record for record in self.records if record.place not in places]
        return given


class ConsumerLoop:
    """Everything happens on the thread that calls `run`. Nothing it holds is committed before it is kept.

    `between` is called between batches and when nothing comes, about every half second. It may raise NotNow.
    """

    def __init__(
        self,
        *,
        source: Source,
        effect: Effect,
        set_aside: SetAside,
        watch: Watch,
        batch_limit: int,
        between: Callable[[], None] | None = None,
        stuck_after_seconds: float = STUCK_AFTER_SECONDS,
    ) -> None:
        self._source = source
        self._effect = effect
        self._set_aside = set_aside
        self._watch = watch
        self._batch_limit = batch_limit
        self._between = between
        self._stuck_after_seconds = stuck_after_seconds
        self._batch = Batch()
        self._due: dict[Place, int] = {}
        self._stopping = threading.Event()
        self._waits = False
        self._turned_at = time.monotonic()
        self._lag_shown_at = 0.0
        self._lines = BoundedLines(log, logging.ERROR, "records_set_aside_unlogged")

    @property
    def age_seconds(self) -> float:
        """Since it last came round."""
        return time.monotonic() - self._turned_at

    @property
    def is_alive(self) -> bool:
        return self.age_seconds < self._stuck_after_seconds

    @property
    def is_ready(self) -> bool:
        """A member of the group that gets its effects done."""
        return self._source.has_joined and not self._waits

    def stop(self, *_: object) -> None:
        """Finish what is held, commit it, leave the group. Fit to be a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Until `stop`. Leaves the group on the way out, also when something is broken beyond repair."""
        self._source.start(on_revoked=self.give_up)
        try:
            while not self._stopping.is_set():
                self.step()
        finally:
            self._source.close()
        log.info("consumer_stopped", left_uncommitted=len(self._batch))

    def step(self) -> None:
        """One round: at most one batch."""
        self._turned_at = time.monotonic()
        self._lines.look()
        for record in self._source.take(self._batch_limit, wait_seconds=IDLE_SECONDS):
            self._batch.records.append(record)
        if self._batch:
            self._settle()
        self._commit()
        self._do_between()
        self._show_lag()

    def give_up(self, places: set[Place], *, lost: bool) -> None:
        """These partitions go to another member: keep and commit what is held of them, or leave it to the next."""
        held = self._batch.give_up(places)
        log.info("partitions_given_up", partitions=sorted(f"{t}/{p}" for t, p in places), held=len(held), lost=lost)
        if not lost:
            try:
                self._keep(held)
            except NotNow as error:
                log.warning("batch_left_to_next_owner", records=len(held), reason=str(error))
            self._commit()
        for place in places:
            self._due.pop(place, None)
        self._watch.given_up(places)

    def _settle(self) -> None:
        """Keep the batch. While that cannot be done: stay in the group, read no further, try the same again."""
        wait_seconds = FIRST_RETRY_SECONDS
        while self._batch:
            try:
                self._keep(self._batch)
            except NotNow as error:
                log.warning("effect_postponed", held=len(self._batch), retry_in=wait_seconds, reason=str(error))
                self._waits = True
                self._watch.postponed()
                if self._stopping.is_set():
                    return
                # Partitions may be revoked in here; then `give_up` takes their records out of the batch.
                for record in self._source.idle(wait_seconds):
                    self._batch.records.append(record)
                self._turned_at = time.monotonic()
                self._show_lag()
                wait_seconds = min(wait_seconds * 2, LONGEST_RETRY_SECONDS)
            else:
                self._batch = Batch()
        self._waits = False

    def _keep(self, batch: Batch) -> None:
        """Every record of the batch to its durable place, and only then due for commit."""
        if not batch:
            return
        began = time.monotonic()
        with processing(batch.records):
            unfit = self._applied(batch.records)
            self._set_aside.put(unfit, done=batch.done)
        self._due.update(batch.next_offsets())
        for record, reason in unfit:
            self._lines.write(log.error, "record_set_aside", reason=reason, **line_facts(record))
        self._watch.kept(batch.records, unfit, seconds=time.monotonic() - began)

    def _applied(self, records: Sequence[Record]) -> list[Unfit]:
        """Apply them all. If that dies of one of them, halve until it is alone: the others have their effect."""
        self._turned_at = time.monotonic()
        with lines_of(records):
            try:
                return list(self._effect(records))
            except NotNow:
                raise
            except Exception as error:
                alone = len(records) == 1
                self._lines.write(
                    log.warning, "effect_died_of_a_record", records=len(records), exc_info=error if alone else None
                )
                if alone:
                    return [Unfit(records[0], plain(f"{type(error).__name__}: {error}"))]
        middle = len(records) // 2
        return [*self._applied(records[:middle]), *self._applied(records[middle:])]

    def _commit(self) -> None:
        """The last step. If it fails the records come again, and their effect is already there."""
        if not self._due:
            return
        try:
            self._source.commit(self._due)
        except CommitRefused as error:
            # What is kept stays kept: a redelivery finds it. The next round commits further.
            log.warning("offsets_not_committed", reason=str(error))
            self._watch.commit_failed()
        else:
            self._due.clear()
            self._watch.committed()

    def _do_between(self) -> None:
        if self._between is None:
            return
        try:
            self._between()
        except NotNow as error:
            log.warning("work_between_batches_postponed", reason=str(error))

    def _show_lag(self) -> None:
        now = time.monotonic()
        if now - self._lag_shown_at >= LAG_EVERY_SECONDS:
            self._lag_shown_at = now
            self._watch.lag(self._source.lag(), self._batch.records)
