"""Keeps everything that is seen during a drop, while it is seen."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from itertools import count

from tests.harness.histories.drop import (
    AskedAgain,
    Called,
    CouponRow,
    DropHistory,
    FinalWord,
    FrameSeen,
    Joined,
    Left,
    LineCounters,
    Reconciled,
    Sighting,
)
from tests.harness.line_client import LineWatcher
from tests.harness.line_position import Frame, LinePosition, Place


class DropRecorder:
    def __init__(self, *, quantity: int, customers: Iterable[int]) -> None:
        self._began = time.monotonic()
        self.quantity = quantity
        self.customers = frozenset(customers)
        self.joined: list[Joined] = []
        self.left: list[Left] = []
        self.final_words: list[FinalWord] = []
        self.asked_again: list[AskedAgain] = []
        self.sightings: list[Sighting] = []
        self.called: list[Called] = []
        self._frames: dict[tuple[int, str], FrameSeen] = {}
        self.newest: FrameSeen | None = None
        self.reconnects: Counter[str] = Counter()
        self.phase = ""

    def now(self) -> float:
        return time.monotonic() - self._began

    def watcher(self, customer: int, *, device: int = 1) -> LineWatcher:
        """What one device of a customer reports to. Every connection of it is a stream of its own."""
        streams = count(device * 1000)
        current = [next(streams)]

        def on_place(place: Place) -> None:
            if place.is_final:
                self.final_words.append(FinalWord(self.now(), customer, place.state, place.coupon_id, place.serial))
            elif place.state == "claimed":
                self.called.append(Called(customer, place.number, place.ahead, self.now()))

        def on_frame(frame: Frame, position: LinePosition, raw: str) -> None:
            self._see_frame(frame, raw)
            number = position.place.number
            came_back = sum(back < number for back in frame.returned)
            self.sightings.append(
                Sighting(
                    customer,
                    number,
                    current[0],
                    frame.seq,
                    frame.serving,
                    position.sum,
                    came_back,
                    at=self.now(),
                    eta=position.eta,
                )
            )

        def on_reconnect(why: str) -> None:
            current[0] = next(streams)
            self.reconnects[why.split(",")[0]] += 1

        return LineWatcher(on_place=on_place, on_frame=on_frame, on_reconnect=on_reconnect)

    def everybody_saw_the_line(self) -> bool:
        return self.customers <= {sighting.customer for sighting in self.sightings}

    def _see_frame(self, frame: Frame, raw: str) -> None:
        """Each distinct text once: the same number with another text would be a fault to be found."""
        key = (frame.seq, raw)
        if key in self._frames:
            return
        seen = FrameSeen(
            at=self.now(),
            seq=frame.seq,
            fingerprint=raw,
            state=frame.state,
            serving=frame.serving,
            admitted=frame.admitted,
            waiting=frame.waiting,
            stock_left=frame.stock_left,
            departed=frame.departed,
            returned=frame.returned,
        )
        self._frames[key] = seen
        if self.newest is None or seen.seq > self.newest.seq:
            self.newest = seen

    def history(self, *, rows: tuple[CouponRow, ...], counters: LineCounters, reconciled: Reconciled) -> DropHistory:
        return DropHistory(
            quantity=self.quantity,
            customers=self.customers,
            joined=tuple(self.joined),
            left=tuple(self.left),
            final_words=tuple(self.final_words),
            asked_again=tuple(self.asked_again),
            frames=tuple(sorted(self._frames.values(), key=lambda frame: frame.seq)),
            sightings=tuple(self.sightings),
            called=tuple(self.called),
            rows=rows,
            counters=counters,
            reconciled=reconciled,
        )
