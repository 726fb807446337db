"""A drop, while it runs."""

from __future__ import annotations

from deploy.monitoring.boards.panel import Board, Panel, Unit, rate
from deploy.monitoring.expressions import series
from salon_contracts.metrics import queue

DROP = Board(
    "drop",
    "A drop",
    "Does the line move, and does everybody get an answer?",
    (
        Panel("People waiting", f"sum({series(queue.WAITING)})"),
        Panel("Open streams", series(queue.STREAMS), by="process"),
        Panel("Joins", rate(series(queue.JOINS)), Unit.PER_SECOND),
        Panel("Line stands still for", f"max({series(queue.STALLED)})", Unit.SECONDS, bad_from=15),
        Panel("Oldest claim without an answer", f"max({series(queue.OLDEST_CLAIM)})", Unit.SECONDS, bad_from=20),
        Panel("Claims in flight", f"sum({series(queue.CLAIMS_IN_FLIGHT)})"),
        Panel("Claims allowed in flight", f"sum({series(queue.WINDOW)})"),
        Panel("Coupons issued", f"sum({series(queue.ISSUED)})"),
        Panel("Share of capacity", series(queue.LOAD), Unit.SHARE, "resource", bad_from=0.9),
        Panel("Leaders", f"sum({series(queue.LEADER)})", bad_below=1, bad_from=2),
        Panel("Refusals", rate(series(queue.REFUSALS), "code"), Unit.PER_SECOND, "code"),
    ),
)
