"""What there is to say of a day that is over: one line, and the facts behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from deploy.messages.message import Level, Message
from deploy.monitoring.boards import marks
from deploy.monitoring.expressions import bucket, count, series
from deploy.monitoring.prometheus_api import Prometheus, Sample
from deploy.monitoring.rules import objectives
from salon_contracts.metrics import main
from salon_contracts.metrics.shared import HTTP_REQUEST_SECONDS

ZONE = ZoneInfo("Asia/Seoul")
STEP_SECONDS = 60.0
_ALL, _BUCKET = count(HTTP_REQUEST_SECONDS), bucket(HTTP_REQUEST_SECONDS)
REQUESTS = f"sum by (service) (increase({_ALL}[$day]))"
FAILED = f'sum by (service) (increase({_ALL}{{status="5xx"}}[$day]))'
P95 = f"histogram_quantile(0.95, sum by (service, le) (increase({_BUCKET}[$day])))"
DROPS = f"sum(increase({series(main.DROPS_BEGUN)}[$day]))"
COUPONS = f"sum(increase({series(main.COUPONS_ISSUED)}[$day]))"
ALERTS = 'count by (alertname) (max_over_time(ALERTS{alertstate="firing",severity!="none"}[$day]))'
QUERIES = (REQUESTS, FAILED, P95, DROPS, COUPONS, ALERTS)
_DAY = "$day"


@dataclass(frozen=True)
class Day:
    """`availability` and `p95` by service, p95 in seconds; `alerts` are names, `deploys` releases in order."""

    date: date
    availability: dict[str, float]
    p95: dict[str, float]
    drops: int
    coupons: int
    alerts: tuple[str, ...]
    deploys: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        least = 1 - objectives.AVAILABILITY.allowed
        return all(share >= least for share in self.availability.values())


def day_of(prometheus: Prometheus, when: date) -> Day | None:
    """None where no request was measured on that day. Raises NotAnswered."""
    start, end = _bounds(when)
    length = f"{int((end - start).total_seconds())}s"

    def asked(query: str) -> list[Sample]:
        return prometheus.now(query.replace(_DAY, length), at=end.timestamp())

    requests = {one.labels["service"]: one.value for one in asked(REQUESTS) if one.value > 0}
    if not requests:
        return None
    failed = {one.labels["service"]: one.value for one in asked(FAILED)}
    began = marks.deploys(prometheus, start=start.timestamp(), end=end.timestamp(), step=STEP_SECONDS)
    return Day(
        date=when,
        availability={service: 1 - failed.get(service, 0) / total for service, total in sorted(requests.items())},
        p95={one.labels["service"]: one.value for one in asked(P95) if one.labels["service"] in requests},
        drops=_number(asked(DROPS)),
        coupons=_number(asked(COUPONS)),
        alerts=tuple(sorted(one.labels["alertname"] for one in asked(ALERTS))),
        deploys=tuple(mark.name for mark in began),
    )


def message_of(day: Day) -> Message:
    """The line is short in either language; the facts say which service, which alert, which release."""
    availability = min(day.availability.values())
    slowest = f"{max(day.p95.values(), default=0) * 1000:.0f} ms"
    text = (
        f"가용성 {availability:.3%} · p95 {slowest} · 드롭 {day.drops} · 쿠폰 {day.coupons}"
        f" · 경보 {len(day.alerts)} · 배포 {len(day.deploys)}\n"
        f"availability {availability:.3%} · p95 {slowest} · drops {day.drops} · coupons {day.coupons}"
        f" · alerts {len(day.alerts)} · deploys {len(day.deploys)}"
    )
    facts = [(f"availability {service}", f"{share:.3%}") for service, share in day.availability.items()]
    facts += [(f"p95 {service}", f"{seconds * 1000:.0f} ms") for service, seconds in sorted(day.p95.items())]
    facts += [("alerts", ", ".join(day.alerts))] if day.alerts else []
    facts += [("deploys", " → ".join(day.deploys))] if day.deploys else []
    level = Level.INFO if day.is_good else Level.BAD
    return Message(f"하루 요약 · The day: {day.date.isoformat()}", text, level, tuple(facts))


def _bounds(when: date) -> tuple[datetime, datetime]:
    start = datetime(when.year, when.month, when.day, tzinfo=ZONE)
    return start, start + timedelta(days=1)


def _number(samples: list[Sample]) -> int:
    # `increase` reckons to the ends of the window, so whole things come out as fractions.
    return round(samples[0].value) if samples else 0
