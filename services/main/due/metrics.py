"""What the worker of due acts can be watched by."""

from __future__ import annotations

from salon_contracts.metrics import main as listed
from salon_kit.metrics.instruments import counters, gauge

active = gauge(listed.DUE_ACTIVE)
waiting = gauge(listed.DUE_WAITING)
oldest_age = gauge(listed.DUE_OLDEST)
parked_rows = gauge(listed.DUE_PARKED_ROWS)
done = counters(listed.DUE_DONE)
failed = counters(listed.DUE_FAILED)
parked = counters(listed.DUE_PARKED)
