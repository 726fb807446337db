"""What people do here besides drops and chat: look for a salon, book, sign in."""

from __future__ import annotations

from deploy.monitoring.boards.panel import Board, Panel, Unit
from deploy.monitoring.expressions import bucket, count, series
from salon_contracts.metrics import main, monitoring
from salon_contracts.metrics.shared import HTTP_REQUEST_SECONDS

_ALL, _BUCKET = count(HTTP_REQUEST_SECONDS), bucket(HTTP_REQUEST_SECONDS)
_SEARCH = 'route="api/v1/salons",method="GET"'
_TIMES = 'route=~"api/v1/(salons|groomers)/[^/]+/slots",method="GET"'
_BOOK = 'route="api/v1/bookings",method="POST"'
CHANGES = "api/v1/bookings/[^/]+/(reschedule|cancel|complete|no-show)"
_CHANGE = f'route=~"{CHANGES}",method="POST"'
_SIGN_IN = 'route="api/v1/sessions",method="POST"'
_SIGN_UP = 'route="api/v1/accounts",method="POST"'


def _rate(selector: str, by: str) -> str:
    return f"sum by ({by}) (rate({_ALL}{{{selector}}}[2m]))"


def _p95(selector: str) -> str:
    return f"histogram_quantile(0.95, sum by (le) (rate({_BUCKET}{{{selector}}}[2m])))"


MARKETPLACE = Board(
    "marketplace",
    "Marketplace",
    "Can people find a salon, book a time, and sign in?",
    (
        Panel("Searches that main answers", _rate(_SEARCH, "status"), Unit.PER_SECOND, "status"),
        Panel("Search, p95", _p95(_SEARCH), Unit.SECONDS, bad_from=1),
        Panel("Free times, p95", _p95(_TIMES), Unit.SECONDS, bad_from=1),
        Panel("Tries to book, by answer", _rate(_BOOK, "status"), Unit.PER_SECOND, "status"),
        Panel("Booking, p95", _p95(_BOOK), Unit.SECONDS, bad_from=2),
        Panel(
            "Bookings moved, cancelled, ended",
            f"{_rate(_CHANGE, 'route')} or vector(0)",
            Unit.PER_SECOND,
            "route",
        ),
        Panel("Sign-ins, by answer", _rate(_SIGN_IN, "status"), Unit.PER_SECOND, "status"),
        Panel("New accounts, by answer", _rate(_SIGN_UP, "status"), Unit.PER_SECOND, "status"),
        Panel("Mails in ten minutes", f"sum by (outcome) (increase({series(main.MAILS)}[10m]))", by="outcome"),
        Panel(
            "Mails that failed, 10 min",
            f'sum(increase({series(main.MAILS)}{{outcome="failed"}}[10m])) or vector(0)',
            bad_from=1,
        ),
        Panel(
            "Notifications behind by",
            f'max({series(monitoring.KAFKA_GROUP_LAG_SECONDS)}{{group="main-notifications"}})',
            Unit.SECONDS,
            bad_from=60,
        ),
    ),
)
