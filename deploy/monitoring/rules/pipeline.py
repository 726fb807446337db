"""What is alarming of the alerting itself."""

from __future__ import annotations

from deploy.monitoring.rules.alert import Alert, Severity, ticket

PIPELINE = (
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
