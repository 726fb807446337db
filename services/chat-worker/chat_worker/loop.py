"""The loop: take what is there, store it, and only then commit."""

from __future__ import annotations

import time
from typing import Protocol

from chat_worker.batch import REUSED, Batch, Entry, Letter, sort_out
from chat_worker.dead_letters import DeadLetters, DeadLettersUnavailable
from chat_worker.heartbeat import Heartbeat
from chat_worker.message_store import StoreUnavailable, Written
from chat_worker.source import CommitRefused, Source
from salon_contracts.logs import get_logger

log = get_logger(__name__)

BATCH_LIMIT = 1_000
FIRST_RETRY_SECONDS = 0.2
LONGEST_RETRY_SECONDS = 5.0
LAG_EVERY_SECONDS = 1.0

Unavailable = (StoreUnavailable, DeadLettersUnavailable)


class Store(Protocol):
    def add(self, entries: dict[str, Entry]) -> Written: ...


class Worker:
    """Holds one batch at a time. Nothing it holds is committed before it is stored or set aside."""

    def __init__(
        self, *, source: Source, store: Store, dead_letters: DeadLetters, heartbeat: Heartbeat, epoch: int
    ) -> None:
        self._source = source
        self._store = store
        self._dead_letters = dead_letters
        self._heartbeat = heartbeat
        self._epoch = epoch
        self._batch = Batch()
        self._due: dict[int, int] = {}
        self._stopping = False
        self._lag_shown_at = 0.0

    def stop(self) -> None:
        """Finish what is held, then leave. May be called from a signal handler."""
        self._stopping = True

    def run(self) -> None:
        """Until `stop`. Leaves the group on the way out, also when something is broken beyond repair."""
        self._source.start(on_revoked=self.give_up)
        try:
            while not self._stopping:
                self.step()
        finally:
            self._source.close()
        log.info("worker_stopped", left_uncommitted=len(self._batch))

    def step(self) -> None:
        """One round: at most one batch."""
        self._heartbeat.beat()
        self._batch.add(self._source.take(1, wait_seconds=0.5))
        if self._batch:
            self._batch.add(self._source.take(BATCH_LIMIT - 1, wait_seconds=0))
        if self._batch:
            self._settle()
        self._heartbeat.ready = not self._batch
        self._commit()
        self._show_lag()

    def give_up(self, partitions: set[int], *, lost: bool) -> None:
        """These partitions go to somebody else: store and commit what is held of them, or leave it to the next."""
        held = self._batch.give_up(partitions)
        log.info("partitions_given_up", partitions=sorted(partitions), held=len(held), lost=lost)
        if not lost:
            try:
                self._keep(held)
            except Unavailable as error:
                log.warning("batch_left_to_next_owner", records=len(held), error=str(error))
            self._commit()
        for partition in partitions:
            self._due.pop(partition, None)

    def _settle(self) -> None:
        """Store the batch. While that cannot be done: stay in the group, read no further, try the same again."""
        wait_seconds = FIRST_RETRY_SECONDS
        while self._batch:
            try:
                self._keep(self._batch)
            except Unavailable as error:
                log.warning("batch_not_stored", records=len(self._batch), retry_in=wait_seconds, error=str(error))
                self._heartbeat.ready = False
                self._heartbeat.retries.inc()
                if self._stopping:
                    return
                # Partitions may be revoked in here; then `give_up` takes their records out of the batch.
                self._batch.add(self._source.idle(wait_seconds))
                self._heartbeat.beat()
                wait_seconds = min(wait_seconds * 2, LONGEST_RETRY_SECONDS)
            else:
                self._batch = Batch()

    def _keep(self, batch: Batch) -> None:
        """Every record of the batch to its durable place, and only then due for commit."""
        if not batch:
            return
        found = sort_out(batch.records, epoch=self._epoch)
        written = self._store.add(found.entries)
        letters = found.letters + [Letter(entry.record, REUSED) for entry in written.reused]
        self._dead_letters.put(letters, sent=batch.letters_sent)
        self._due.update(batch.next_offsets())
        self._count(batch, written, letters, copies=found.copies, unknown=found.unknown)

    def _commit(self) -> None:
        if not self._due:
            return
        try:
            self._source.commit(self._due)
        except CommitRefused as error:
            # What is stored stays stored: a redelivery finds it. The next round commits further.
            log.warning("commit_refused", error=str(error))
        else:
            self._due.clear()

    def _count(self, batch: Batch, written: Written, letters: list[Letter], *, copies: int, unknown: int) -> None:
        self._heartbeat.batch_size.observe(len(batch))
        self._heartbeat.stored.inc(written.stored)
        self._heartbeat.copies.inc(copies + written.copies)
        self._heartbeat.unknown.inc(unknown)
        for letter in letters:
            kind = REUSED if letter.reason == REUSED else "unreadable"
            self._heartbeat.dead_letters.labels(reason=kind).inc()
            record = letter.record
            log.warning("record_set_aside", reason=letter.reason, partition=record.partition, offset=record.offset)

    def _show_lag(self) -> None:
        now = time.monotonic()
        if now - self._lag_shown_at >= LAG_EVERY_SECONDS:
            self._lag_shown_at = now
            self._heartbeat.show_lag(self._source.lag())
