"""Worlds for the alerts about the monitoring itself."""

from __future__ import annotations

from tests.deploy.monitoring.rules.worlds import ANY, Case, World, simple

_DROPPED = 'salon_spans_dropped_total{process="main-1",reason="%s"}'
_COLLECTOR = 'up{job="collector"}'
_GAVE_UP, _HAD_NO_PLACE = (
    'otelcol_exporter_send_failed_%s{exporter="x"}',
    'otelcol_exporter_enqueue_failed_%s{exporter="x"}',
)
_FIRST = 'otelcol_exporter_send_failed_log_records{exporter="x",job="collector"}'
PIPELINE = (
    Case(
        "SpansLost",
        World({_DROPPED % "not-taken": "0x84 5x20", _COLLECTOR: "1x120"}, (ANY,), "7m30s"),
        World({_DROPPED % "not-taken": "5x120", _COLLECTOR: "1x120", _GAVE_UP % "spans": "0x120"}, at="7m30s"),
        also_silent=(
            # Somebody chose to have no collector.
            World({_DROPPED % "not-taken": "0+5x120"}, at="7m30s"),
            # The monitoring was started beside what ran: nobody took spans until its collector was there.
            World({_DROPPED % "not-taken": "0+5x8 45x112", _COLLECTOR: "0x6 1x114"}, at="1m"),
            World({_DROPPED % "not-taken": "0+5x8 45x112", _COLLECTOR: "0x6 1x114"}, at="7m30s"),
        ),
    ),
    Case(
        "SpansLost",
        World({_GAVE_UP % "spans": "0x6 5x20"}, (ANY,)),
        World({_GAVE_UP % "log_records": "0x6 5x20"}),
    ),
    simple("LogLinesLost", _GAVE_UP % "log_records", "0x6 5x20", "5x40"),
    Case(
        "LogLinesLost",
        World({_FIRST: "_x10 7x20", _COLLECTOR: "1x40"}, (ANY,), "1m5s"),
        # Prometheus was started after it.
        World({_FIRST: "_x10 7x20", _COLLECTOR: "_x10 1x40"}, at="1m5s"),
    ),
    simple("LogLinesLost", _HAD_NO_PLACE % "log_records", "0x6 5x20", "5x40"),
    simple(
        "NotificationsFail",
        'alertmanager_notifications_failed_total{integration="webhook"}',
        "0x6 1x20",
        "3x20",
        {"integration": "webhook"},
    ),
)
