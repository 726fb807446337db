"""Who wakes whom among the leader's jobs: each method is something that happened, and wakes whoever waits for it."""

from __future__ import annotations

import asyncio
from uuid import UUID

from coupon_queue.leader.lines import Lines


class LineSignals:
    """Four wake-ups, one for each job that would sleep on. A job clears its own before it looks, so that none is lost.

    What the operator did reaches the line's front first and all streams after that: a frame to twenty thousand people
    takes longer than the first coupons do. So a changed event wakes admission, and only admission wakes the ticks.
    """

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.admission = asyncio.Event()
        self.relay = asyncio.Event()
        self.ticks = asyncio.Event()
        self.drawing = asyncio.Event()

    def event_changed(self, event_id: UUID) -> None:
        """The operator changed it."""
        self._lines.mark_changed(event_id)
        self.admission.set()
        self.drawing.set()

    def drawn(self, event_id: UUID) -> None:
        """A lottery's numbers are given: its line can be served."""
        self._lines.mark_changed(event_id)
        self.admission.set()

    def claimed(self) -> None:
        """Claims are there for Kafka."""
        self.relay.set()

    def change_served(self) -> None:
        """The front of each changed line was looked at: now everybody may know of the change."""
        self.ticks.set()

    def settled(self, *, decisive: bool) -> None:
        """Main answered. `decisive`: nothing is left, and nothing is under way."""
        self.admission.set()
        if decisive:
            self.ticks.set()
