"""What becomes of a report: numbers, and nothing of whose they were."""

from __future__ import annotations

from salon_contracts.metrics import pages as listed
from salon_kit.metrics.instruments import counters, histograms

loads = counters(listed.LOADS)
vital_seconds = histograms(listed.VITAL_SECONDS)
layout_shifts = counters(listed.LAYOUT_SHIFTS)
errors = counters(listed.ERRORS)
