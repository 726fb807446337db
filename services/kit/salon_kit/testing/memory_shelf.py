"""Where unfit records are set aside, in memory."""

from __future__ import annotations

from collections.abc import Sequence

from salon_kit.kafka.consumer_loop import NotNow
from salon_kit.kafka.records import Place, Unfit


class MemoryShelf:
    """Takes each record once, as `SetAside` asks; is away for the next `down_for` records."""

    def __init__(self, *, when_away: type[NotNow] = NotNow) -> None:
        self.unfit: list[Unfit] = []
        self.down_for = 0
        self._when_away = when_away

    def put(self, unfit: Sequence[Unfit], *, done: set[tuple[Place, int]]) -> None:
        for one in unfit:
            spot = (one.record.place, one.record.offset)
            if spot in done:
                continue
            if self.down_for:
                self.down_for -= 1
                raise self._when_away("the shelf is away")
            self.unfit.append(one)
            done.add(spot)
