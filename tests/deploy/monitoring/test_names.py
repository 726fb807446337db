"""A query for a metric that nobody says is caught, wherever it stands."""

from __future__ import annotations

import json

import pytest

from deploy.monitoring import names
from deploy.monitoring.boards import grafana
from deploy.monitoring.boards.catalogue import BOARDS
from deploy.monitoring.boards.panel import Panel, Unit
from deploy.monitoring.boards.readings import is_bad, shown
from deploy.monitoring.expressions import bucket, series
from salon_contracts.metrics import queue, shared


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("up", {"up"}),
        ('sum by (service, le) (rate(a_b_bucket{le="0.5", x=~"up|down"}[5m]))', {"a_b_bucket"}),
        ("max(a) > 15 and on (group) b unless ignoring(c, d) e", {"a", "b", "e"}),
        ("objective:x_failed:ratio_rate5m > 14.4 * 0.001 or vector(0)", {"objective:x_failed:ratio_rate5m"}),
        ("a offset 1h < 1e3 + Inf", {"a"}),
        ('count_values("version", build) / on () group_left (zone) c', {"build", "c"}),
    ],
)
def test_of_a_query_only_the_metrics_are_names(query: str, asked: set[str]) -> None:
    assert names.names_in(query) == asked


def test_nothing_is_asked_that_nobody_says() -> None:
    assert names.unknown() == []


def test_a_metric_that_was_renamed_is_missed_in_rules_and_in_panels(monkeypatch: pytest.MonkeyPatch) -> None:
    known = names.known() - {"queue_stalled_seconds"}
    monkeypatch.setattr(names, "known", lambda: known)

    assert names.unknown() == [
        "alert LineStandsStill: queue_stalled_seconds",
        "panel drop/Line stands still for: queue_stalled_seconds",
    ]


def test_a_histogram_is_not_asked_as_if_it_were_one_number() -> None:
    with pytest.raises(ValueError, match="a bucket, a sum and a count"):
        series(shared.HTTP_REQUEST_SECONDS)
    with pytest.raises(ValueError, match="no histogram"):
        bucket(queue.WAITING)


def test_grafana_has_the_boards_as_they_are() -> None:
    assert grafana.drift() == []
    for board in BOARDS:
        document = json.loads((grafana.FOLDER / f"{board.uid}.json").read_text(encoding="utf-8"))
        assert document["uid"] == board.uid
        assert [panel["title"] for panel in document["panels"]] == [panel.title for panel in board.panels]
        assert all(panel["targets"][0]["expr"] for panel in document["panels"])


def test_a_panel_knows_what_is_not_well() -> None:
    leaders = Panel("Leaders", "x", bad_below=1, bad_from=2)

    assert [is_bad(leaders, value) for value in (0, 1, 2)] == [True, False, True]
    assert not is_bad(Panel("Requests", "x"), 1e9)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.0123, Unit.SECONDS, "12 ms"),
        (75.0, Unit.SECONDS, "75.0 s"),
        (0.0144, Unit.SHARE, "1.44 %"),
        (3 * 2**30, Unit.BYTES, "3.00 GB"),
        (float("nan"), Unit.SECONDS, "–"),
        (12.34, Unit.PER_SECOND, "12.3/s"),
        (0.034, Unit.PER_SECOND, "0.03/s"),
        (0.0, Unit.PER_SECOND, "0.0/s"),
        (201.507, Unit.NUMBER, "202"),
        (1.0, Unit.NUMBER, "1"),
        (0.9973, Unit.NUMBER, "0.997"),
    ],
)
def test_values_are_shown_with_their_unit(value: float, unit: Unit, words: str) -> None:
    assert shown(value, unit) == words
