"""What we promise of answers and of chat, and alerts by how fast the allowed failures are used up.

From the SRE workbook's chapter on alerting: two windows each, so that an alert comes soon and goes soon. A quiet night
with one failed request is no alert, which is what the least rates are for.
"""

from __future__ import annotations

from dataclasses import dataclass

from deploy.monitoring.expressions import bucket, count
from deploy.monitoring.rules.alert import Alert, Severity
from salon_contracts.metrics.main import CHAT_DELAY_SECONDS
from salon_contracts.metrics.shared import HTTP_REQUEST_SECONDS

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
# Burned so many times faster than allowed, over a long window and, so that it is still so, over a short one.
WAKES_SOMEBODY = 14.4
FAST = ((WAKES_SOMEBODY, "1h", "5m"), (6.0, "6h", "30m"))
SLOW = ((3.0, "1d", "2h"), (1.0, "3d", "6h"))
LEAST_A_SECOND = 0.05


@dataclass(frozen=True)
class Objective:
    """`failed` and `all_of_them` are rates by service, with $window where the window stands."""

    name: str
    allowed: float
    failed: str
    all_of_them: str
    korean: str
    english: str
    dashboard: str

    def ratio(self, window: str) -> str:
        return f"objective:{self.name}_failed:ratio_rate{window}"

    @property
    def traffic(self) -> str:
        return f"objective:{self.name}_all:rate5m"


_ANSWERS = count(HTTP_REQUEST_SECONDS)
_FAILED = '{status="5xx"}'
# Ends of buckets, as Prometheus writes numbers.
_SOON, _CHAT_SOON = '{le="0.5"}', '{le="1.0"}'


_WINDOW = "$window"


def _rate(series: str, selector: str = "") -> str:
    return f"sum by (service) (rate({series}{selector}[$window]))"


AVAILABILITY = Objective(
    "availability",
    allowed=0.001,
    # A service that has never failed has no series of failures: nought of all is none.
    failed=f"({_rate(_ANSWERS, _FAILED)} or 0 * {_rate(_ANSWERS)})",
    all_of_them=_rate(_ANSWERS),
    korean="{{ $labels.service }} 요청이 실패하고 있습니다",
    english="Requests of {{ $labels.service }} are failing",
    dashboard="overview",
)
LATENCY = Objective(
    "latency",
    allowed=0.01,
    failed=f"({_rate(_ANSWERS)} - {_rate(bucket(HTTP_REQUEST_SECONDS), _SOON)})",
    all_of_them=_rate(_ANSWERS),
    korean="{{ $labels.service }} 응답이 느립니다 (0.5초 초과)",
    english="{{ $labels.service }} answers slowly (over half a second)",
    dashboard="overview",
)
CHAT_DELAY = Objective(
    "chat_delay",
    allowed=0.01,
    failed=f"({_rate(count(CHAT_DELAY_SECONDS))} - {_rate(bucket(CHAT_DELAY_SECONDS), _CHAT_SOON)})",
    all_of_them=_rate(count(CHAT_DELAY_SECONDS)),
    korean="채팅 메시지가 1초 넘게 걸려 전달됩니다",
    english="Chat messages take more than a second to arrive",
    dashboard="chat",
)
OBJECTIVES = (AVAILABILITY, LATENCY, CHAT_DELAY)


def recorded() -> dict[str, str]:
    """Name of a recording rule, and its expression."""
    rules: dict[str, str] = {}
    for objective in OBJECTIVES:
        rules[objective.traffic] = objective.all_of_them.replace(_WINDOW, "5m")
        for window in WINDOWS:
            failed, everything = (
                expression.replace(_WINDOW, window) for expression in (objective.failed, objective.all_of_them)
            )
            rules[objective.ratio(window)] = f"{failed} / ({everything} > 0)"
    return rules


def _burns(objective: Objective, windows: tuple[tuple[float, str, str], ...]) -> str:
    parts = []
    for times, long, short in windows:
        most = f"{times * objective.allowed:g}"
        parts.append(f"({objective.ratio(long)} > {most} and {objective.ratio(short)} > {most})")
    return f"({' or '.join(parts)}) and {objective.traffic} > {LEAST_A_SECOND}"


def _alerts(objective: Objective, name: str) -> tuple[Alert, Alert]:
    words = (objective.korean, objective.english, objective.dashboard)
    return (
        Alert(f"{name}BurnsFast", _burns(objective, FAST), "0s", Severity.PAGE, *words),
        Alert(f"{name}BurnsSlowly", _burns(objective, SLOW), "5m", Severity.TICKET, *words),
    )


ALERTS = (*_alerts(AVAILABILITY, "Availability"), *_alerts(LATENCY, "Latency"), *_alerts(CHAT_DELAY, "ChatDelay"))
