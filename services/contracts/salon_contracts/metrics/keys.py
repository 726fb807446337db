"""Which keys a process signs and reads with, so that whoever exchanges them knows where each step has arrived."""

from __future__ import annotations

from salon_contracts.metrics.definition import Label, gauge

# While keys are exchanged there are two of a ring.
LABELS = (
    Label("ring", values=("tokens", "tickets", "django")),
    Label("use", values=("signs", "reads")),
    Label("key_id", most=40),
)
_MEANING = "1 for each key that this process signs with, or reads with, by a name that cannot be guessed backwards"

MAIN_KEYS = gauge("main_keys", _MEANING, *LABELS)
QUEUE_KEYS = gauge("queue_keys", _MEANING, *LABELS)
