"""All alerts."""

from __future__ import annotations

from deploy.monitoring.rules import objectives
from deploy.monitoring.rules.alert import Alert
from deploy.monitoring.rules.line import LINE
from deploy.monitoring.rules.pipeline import PIPELINE
from deploy.monitoring.rules.processes import PROCESSES
from deploy.monitoring.rules.readers import DUE, MONEY, OUTBOX, READERS
from deploy.monitoring.rules.stores import STORES

ALERTS: tuple[Alert, ...] = (*objectives.ALERTS, *PROCESSES, *LINE, *READERS, *OUTBOX, *DUE, *MONEY, *STORES, *PIPELINE)
