"""What the leader keeps in mind about each line. Nothing here is the truth: a new leader starts with none of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from coupon_queue.leader.eta.promises import EtaPromises
from coupon_queue.leader.pace import Pace
from coupon_queue.leader.window import Window
from coupon_queue.line.event_catalog import EventCatalog
from coupon_queue.scripts import Ticked
from coupon_queue.settings import Settings


@dataclass
class Line:
    window: Window
    pace: Pace = field(default_factory=Pace)
    promises: EtaPromises = field(default_factory=EtaPromises)
    ticked: Ticked | None = None
    inactive_at_revision: int = 0  # nothing is left to do until the operator changes the event
    moved_at: float = 0.0  # when somebody was served, or nobody had to wait: a monotonic clock
    changed: bool = False  # the operator changed the event since somebody was served


class Lines:
    def __init__(self, settings: Settings, *, catalog: EventCatalog) -> None:
        self._settings = settings
        self._catalog = catalog
        self._lines: dict[UUID, Line] = {}

    def of(self, event_id: UUID) -> Line:
        line = self._lines.get(event_id)
        if line is None:
            line = self._lines[event_id] = Line(window=_new_window(self._settings))
        return line

    def forget_all(self) -> None:
        self._lines.clear()

    def known(self) -> dict[UUID, Line]:
        return self._lines

    def active(self) -> list[UUID]:
        """Lines that still need ticks. What is kept in mind of lines that are long over is forgotten."""
        current = self._catalog.current()
        for event_id in self._lines.keys() - {event.coupon_event_id for event in current}:
            del self._lines[event_id]
        return [
            event.coupon_event_id
            for event in current
            if self.of(event.coupon_event_id).inactive_at_revision < event.revision
        ]

    def open(self) -> list[UUID]:
        """Lines that were open at their last tick, or may be since. Whether they are is decided by the script."""
        return [event_id for event_id in self.active() if self._may_be_open(event_id)]

    def drawing(self) -> list[UUID]:
        """Lotteries whose numbers are to be drawn."""
        return [event_id for event_id in self.active() if _is_drawing(self.of(event_id))]

    def _may_be_open(self, event_id: UUID) -> bool:
        line = self.of(event_id)
        return line.changed or (line.ticked is not None and line.ticked.state == "open")

    def mark_changed(self, event_id: UUID) -> None:
        """The operator changed something. The pace begins anew: a line saves up nothing while it is held."""
        line = self.of(event_id)
        line.changed, line.pace = True, Pace()

    def pace_ceiling(self, event_id: UUID) -> int | None:
        event = self._catalog.get(event_id)
        return event.pace_ceiling_per_second if event else None

    def deactivate(self, event_id: UUID) -> None:
        event = self._catalog.get(event_id)
        self.of(event_id).inactive_at_revision = event.revision if event else 0

    def activate(self, event_id: UUID) -> None:
        self.of(event_id).inactive_at_revision = 0


def _new_window(settings: Settings) -> Window:
    return Window(
        first=settings.window_first, largest=settings.window_max, target_seconds=settings.answer_target_seconds
    )


def _is_drawing(line: Line) -> bool:
    return line.ticked is not None and line.ticked.state == "drawing"
