"""What is alarming of the alerting itself."""

from __future__ import annotations

from deploy.monitoring.expressions import series
from deploy.monitoring.rules.alert import Alert, Severity, ticket
from salon_contracts.metrics import shared

_DROPPED = series(shared.SPANS_DROPPED)


def lost_on_the_way(what: str) -> str:
    """So many within five minutes that whoever sends them on gave up, or had no place for; nothing where none does."""
    return " or ".join(_rises(f"otelcol_exporter_{how}_failed_{what}") for how in ("send", "enqueue"))


def _rises(name: str) -> str:
    """Such a series is there from its first failure on: one that begins above nought has risen, too, if its program

    was known before.
    """
    began = f"({name} > 0 unless {name} offset 30s) and on (job) up offset 30s"
    return f"sum(increase({name}[5m])) > 0 or sum({began}) > 0"


PIPELINE = (
    ticket(
        "SpansLost",
        # Where there is no collector, as with METRICS_ONLY, nobody misses them; nor what was made before there was one.
        f'sum(increase({_DROPPED}[5m])) > 0 and on () count(up{{job="collector"}} offset 6m) '
        f"or {lost_on_the_way('spans')}",
        "10s",
        "트레이스 일부가 유실되고 있습니다",
        "Parts of traces are lost on their way",
        "overview",
    ),
    ticket(
        "LogLinesLost",
        lost_on_the_way("log_records"),
        "10s",
        "로그 일부가 검색할 수 있는 곳에 도착하지 못하고 있습니다",
        "Lines of logs do not arrive where they can be searched",
        "overview",
    ),
    ticket(
        "NotificationsFail",
        "sum by (integration) (increase(alertmanager_notifications_failed_total[5m])) > 0",
        "0s",
        "알림이 사람들에게 전달되지 못하고 있습니다",
        "Notifications do not arrive where people read them",
        "overview",
    ),
    Alert(
        "Watchdog",
        "vector(1)",
        "0s",
        Severity.NONE,
        "항상 울리는 경보입니다: 이것이 멈추면 감시가 멈춘 것입니다",
        "Always fires: when it stops, nobody watches any more",
        "overview",
    ),
)
