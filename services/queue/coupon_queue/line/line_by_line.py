"""Work on many lines in turn, of which one may be broken: it is named and rests for a moment, and the others go on."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from coupon_queue.metrics import line_faults
from coupon_queue.outages import is_outage
from coupon_queue.scripts import LostLease
from salon_kit.bounded_lines import BoundedLines
from salon_kit.logs import get_logger

log = get_logger(__name__)

_REST_SECONDS = 2.0
_bounded = BoundedLines(log, logging.ERROR, "line_faults_unlogged")


class LineByLine:
    """The lines of one job. An outage or a lost lease is about all of them, and for whoever runs the job."""

    def __init__(self, job: str) -> None:
        self._job = job
        self._rests_until: dict[UUID, float] = {}

    def sound(self, event_ids: Iterable[UUID]) -> list[UUID]:
        """Without those that rest."""
        now = time.monotonic()
        self._rests_until = {event_id: until for event_id, until in self._rests_until.items() if until > now}
        return [event_id for event_id in event_ids if event_id not in self._rests_until]

    def rests(self, event_id: UUID) -> bool:
        return self._rests_until.get(event_id, 0.0) > time.monotonic()

    @contextmanager
    def apart(self, event_id: UUID) -> Iterator[None]:
        """What this line breaks ends here."""
        try:
            yield
        except Exception as error:
            if isinstance(error, LostLease) or is_outage(error):
                raise
            self._rests_until[event_id] = time.monotonic() + _REST_SECONDS
            line_faults.labels(self._job).inc()
            _bounded.write(log.exception, "line_step_failed", job=self._job, coupon_event_id=str(event_id))
