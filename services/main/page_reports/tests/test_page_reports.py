"""What a page reports of itself is counted by page, and by nothing else that somebody might send."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from rest_framework.test import APIClient

from page_reports.services import rating
from page_reports.views import VitalsInput
from salon_contracts.metrics.pages import PAGES, VITALS

ADDRESS = "/api/v1/page-reports"
GOOD: dict[str, Any] = {
    "page": "/salons/:id",
    "vitals": {"ttfb": 0.08, "lcp": 1.4},
    "layout_shift": 0.02,
    "failures": [{"page": "/rooms/:id", "kind": "script"}],
}


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def sent(report: Any) -> int:
    return int(APIClient().post(ADDRESS, report, format="json").status_code)


def counted() -> dict[str, float]:
    here, there = {"page": "/salons/:id"}, {"page": "/rooms/:id"}
    return {
        "loads": value("main_page_loads_total", **here),
        "lcp": value("main_page_vital_seconds_sum", vital="lcp", **here),
        "inp": value("main_page_vital_seconds_count", vital="inp", **here),
        "shifts": value("main_page_layout_shifts_total", rating="good", **here),
        "errors": value("main_page_errors_total", kind="script", **there),
    }


def test_a_load_is_counted_where_it_began_and_an_error_where_it_happened() -> None:
    before = counted()

    assert sent(GOOD) == 204

    grown = {name: round(after - before[name], 6) for name, after in counted().items()}
    assert grown == {"loads": 1, "lcp": 1.4, "inp": 0, "shifts": 1, "errors": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"page": "/salons/17"},
        {"page": None},
        {"vitals": {"lcp": -1}},
        {"vitals": {"lcp": 1e9}},
        {"vitals": {"lcp": "soon"}},
        {"vitals": {"lcp": "nan"}},
        {"vitals": {"lcp": True}},
        {"layout_shift": 1e6},
        {"failures": [{"page": "/", "kind": "TypeError: somebody@example.org is null"}]},
        {"failures": [{"page": "/", "kind": "script"}] * 6},
        {"failures": "none"},
        {"url": "https://salon.example.org/rooms/8d1c"},
    ],
)
def test_what_is_no_report_is_refused_and_counts_nothing(change: dict[str, Any]) -> None:
    before = counted()

    assert sent({**GOOD, **change}) == 422

    assert counted() == before


def test_a_stranger_with_a_bad_token_may_report_and_nothing_of_him_is_kept() -> None:
    answer = APIClient(headers={"Authorization": "Bearer spent"}).post(ADDRESS, GOOD, format="json")

    assert answer.status_code == 204
    assert not answer.cookies


@pytest.mark.parametrize(("shift", "word"), [(0.0, "good"), (0.1, "fair"), (0.24, "fair"), (0.25, "poor")])
def test_a_layout_that_moves_is_rated(shift: float, word: str) -> None:
    assert rating(shift) == word


def test_every_page_of_the_web_client_is_in_the_list_and_every_vital_may_be_sent() -> None:
    app = (Path(__file__).parents[3] / "web" / "src" / "app" / "App.tsx").read_text(encoding="utf-8")

    routes = {f"/{path}" if path != "*" else "*" for path in re.findall(r'path="([^"]+)"', app)} | {"/"}
    assert routes == set(PAGES)
    assert set(VitalsInput().fields) == set(VITALS)
