"""Worlds for the alerts on payments and refunds."""

from __future__ import annotations

from tests.deploy.monitoring.rules.worlds import simple

MONEY = (
    simple("PaymentsUnknown", "main_payments_oldest_unknown_seconds", "0+400x20", "890x20"),
    simple("PaymentsUnknown", "main_refunds_oldest_open_seconds", "0+400x20", "890x20"),
    simple("RefundsNeedPeople", "main_refunds_refused_rows", "0 1x20", "0x20"),
)
