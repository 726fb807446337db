"""One consumer group with one member, in memory: what `KafkaSource` is on Kafka."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from salon_kit.kafka.records import Place, Record
from salon_kit.kafka.source import CommitRefused, OnRevoked


class MemorySource:
    """`log` is what the broker keeps, `committed` what the group has done."""

    def __init__(self) -> None:
        self.log: dict[Place, list[Record]] = {}
        self.committed: dict[Place, int] = {}
        self.commits: list[dict[Place, int]] = []
        self.refuse_commits = 0
        self.revoke_while_taking: set[Place] | None = None
        self.revoke_while_idle: set[Place] | None = None
        self.idled: list[float] = []
        self.closed = False
        self.has_joined = True
        self._position: dict[Place, int] = {}
        self._on_revoked: OnRevoked | None = None

    def write(self, *records: Record) -> None:
        for record in records:
            partition = self.log.setdefault(record.place, [])
            partition.append(record._replace(offset=len(partition)))

    def restart(self) -> None:
        """What a new process sees: reading begins where the group committed."""
        self._position = dict(self.committed)

    def start(self, *, on_revoked: OnRevoked) -> None:
        self._on_revoked = on_revoked

    def take(self, limit: int, *, wait_seconds: float) -> Iterator[Record]:
        taken = 0
        for place in list(self.log):
            for record in self.log.get(place, [])[self._position.get(place, 0) :]:
                if taken == limit:
                    return
                taken += 1
                self._position[place] = record.offset + 1
                yield record
                if self.revoke_while_taking:
                    self._revoke(self.revoke_while_taking, lost=False)
                    self.revoke_while_taking = None

    def commit(self, next_offsets: Mapping[Place, int]) -> None:
        if self.refuse_commits:
            self.refuse_commits -= 1
            raise CommitRefused("rebalancing")
        self.commits.append(dict(next_offsets))
        self.committed.update(next_offsets)

    def idle(self, seconds: float) -> Iterator[Record]:
        self.idled.append(seconds)
        if self.revoke_while_idle:
            self._revoke(self.revoke_while_idle, lost=False)
            self.revoke_while_idle = None
        return iter(())

    def lag(self) -> dict[Place, int]:
        return {place: len(records) - self._position.get(place, 0) for place, records in self.log.items()}

    def close(self) -> None:
        self.closed = True

    def lose(self, places: set[Place]) -> None:
        self._revoke(places, lost=True)

    def _revoke(self, places: set[Place], *, lost: bool) -> None:
        assert self._on_revoked is not None  # noqa: S101  # for tests only
        self._on_revoked(places, lost=lost)
        for place in places:
            self.log.pop(place)
