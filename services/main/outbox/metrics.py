"""What the relay can be watched by."""

from __future__ import annotations

from salon_contracts.metrics import main as listed
from salon_kit.metrics.instruments import counters, gauge

active = gauge(listed.OUTBOX_ACTIVE)
backlog = gauge(listed.OUTBOX_BACKLOG)
oldest_age = gauge(listed.OUTBOX_OLDEST)
relayed = counters(listed.OUTBOX_RELAYED)
kept = counters(listed.OUTBOX_KEPT)
parked = counters(listed.OUTBOX_PARKED)
parked_rows = gauge(listed.OUTBOX_PARKED_ROWS)
