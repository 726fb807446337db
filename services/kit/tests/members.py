"""A consumer loop with everything around it within reach, on memory or on Kafka."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from salon_kit.kafka.consumer_loop import ConsumerLoop, NotNow
from salon_kit.kafka.records import Place, Record, Unfit
from salon_kit.kafka.source import Source
from salon_kit.testing.memory_shelf import MemoryShelf
from salon_kit.testing.memory_source import MemorySource

POISON = b"poison"
UNREADABLE = b"unreadable"
TOPIC = "letters"


class Counted:
    def __init__(self) -> None:
        self.batches: list[int] = []
        self.reasons: list[str] = []
        self.postponements = self.refusals = self.commits = 0
        self.behind: dict[Place, int] = {}

    def kept(self, records: Sequence[Record], unfit: Sequence[Unfit], *, seconds: float) -> None:
        self.batches.append(len(records))
        self.reasons += [one.reason for one in unfit]

    def postponed(self) -> None:
        self.postponements += 1

    def committed(self) -> None:
        self.commits += 1

    def commit_failed(self) -> None:
        self.refusals += 1

    def given_up(self, places: set[Place]) -> None:
        for place in places:
            self.behind.pop(place, None)

    def lag(self, unread: Mapping[Place, int], held: Sequence[Record]) -> None:
        self.behind = {place: count + sum(one.place == place for one in held) for place, count in unread.items()}


class Store:
    """What the effect changes. Each call is a transaction: all of it or nothing."""

    def __init__(self) -> None:
        self.values: list[bytes | None] = []
        self.attempts: list[list[bytes | None]] = []
        self.down_for = 0
        self.before: Callable[[], None] = lambda: None

    def __call__(self, records: Sequence[Record]) -> list[Unfit]:
        self.attempts.append([record.value for record in records])
        self.before()
        if self.down_for:
            self.down_for -= 1
            raise NotNow("the store is away")
        fit = [record.value for record in records if record.value != UNREADABLE]
        if POISON in fit:
            raise OverflowError("it does not fit\n")
        self.values += fit
        return [Unfit(record, "cannot be read") for record in records if record.value == UNREADABLE]


class Member:
    def __init__(
        self,
        source: Source,
        *,
        store: Store | None = None,
        batch_limit: int = 100,
        between: Callable[[], None] | None = None,
    ) -> None:
        self.store = store or Store()
        self.shelf = MemoryShelf()
        self.counted = Counted()
        self.died_of: BaseException | None = None
        self.loop = ConsumerLoop(
            source=source,
            effect=self.store,
            set_aside=self.shelf,
            watch=self.counted,
            batch_limit=batch_limit,
            between=between,
        )
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.loop.stop()
        self._thread.join(timeout=20)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self.loop.run()
        except BaseException as error:  # the test asks for it
            self.died_of = error


@contextmanager
def running(*members: Member) -> Iterator[None]:
    for member in members:
        member.start()
    try:
        yield
    finally:
        for member in members:
            member.stop()


def record(value: bytes, *, partition: int = 0) -> Record:
    return Record(TOPIC, partition, -1, b"key", value)


class Bench:
    """A member with its log in memory."""

    def __init__(self, *, batch_limit: int = 100) -> None:
        self.source = MemorySource()
        self.store = Store()
        self.start(batch_limit=batch_limit)

    def start(self, *, batch_limit: int = 100) -> None:
        """A new process on the same log and the same store."""
        self.source.restart()
        self.member = Member(self.source, store=self.store, batch_limit=batch_limit)
        self.source.start(on_revoked=self.member.loop.give_up)

    def write(self, *values: bytes, partition: int = 0) -> None:
        self.source.write(*(record(value, partition=partition) for value in values))

    def step(self) -> None:
        self.member.loop.step()

    @property
    def reasons(self) -> list[tuple[int, str]]:
        return [(one.record.offset, one.reason) for one in self.member.shelf.unfit]
