"""Whoever has no source reads from `make status` what is not well, and what is to be done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from deploy.local.monitoring import status
from deploy.monitoring.boards import answers, readings
from deploy.monitoring.boards.answers import Seen, answered
from deploy.monitoring.boards.catalogue import BOARDS
from deploy.monitoring.boards.marks import RELEASES
from deploy.monitoring.prometheus_api import Curve, Prometheus, Sample
from deploy.monitoring.rules.catalogue import ALERTS
from deploy.monitoring.rules.runbooks import what_to_do

BEGAN = datetime(2026, 11, 30, 9, tzinfo=UTC).timestamp()
UP = [Sample({"process": name}, 1) for name in ("main-1", "queue-1")]
WELL: Mapping[str, Sequence[Sample]] = {
    answers.PROCESSES: UP,
    answers.PAGE: [Sample({}, 1)],
    answers.FAILED: [Sample({"service": "main"}, 0.0002)],
    answers.SLOW: [Sample({"service": "main"}, 0.004), Sample({"service": "queue"}, 0)],
    answers.P95: [Sample({"service": "main"}, 0.045), Sample({"service": "queue"}, float("nan"))],
    RELEASES: [Sample({"version": "v1.4"}, 2)],
    readings.SINCE: [Sample({"version": "v1.4"}, BEGAN - 300)],
}
FIRES = {
    "labels": {"alertname": "StoreDown", "severity": "page", "store": "redis-2", "job": "redis"},
    "annotations": next(one for one in ALERTS if one.name == "StoreDown").annotations(),
    "state": "firing",
    "activeAt": "2026-11-30T09:00:00.123456789Z",
}
ALWAYS = {**FIRES, "labels": {"alertname": "Watchdog", "severity": "none"}}


class Recorded(Prometheus):
    """One that has these answers and alerts, and nothing else."""

    def __init__(self, known: Mapping[str, Sequence[Sample]], *alerts: Mapping[str, Any]) -> None:
        super().__init__("http://recorded")
        self._known, self._alerts = known, alerts

    def now(self, query: str, *, at: float | None = None) -> list[Sample]:
        return list(self._known.get(query, ()))

    def since(self, query: str, *, start: float, end: float, step: float) -> list[Curve]:
        return []

    def alerts(self) -> list[dict[str, Any]]:
        return [dict(alert) for alert in self._alerts]


def answers_of(prometheus: Prometheus) -> dict[str, tuple[str, bool]]:
    boards = [(board, readings.read(prometheus, board)) for board in BOARDS]
    seen = Seen(boards, readings.firing(prometheus), readings.releases(prometheus), now=BEGAN + 60)
    return {one.question: (one.text, one.is_well) for one in answered(prometheus, seen)}


def test_of_a_system_that_is_well_every_answer_is_good() -> None:
    assert answers_of(Recorded(WELL)) == {
        "Is it up?": ("yes: 2 of 2 processes answer, and so does the page", True),
        "Do requests fail?": ("no: of the requests of five minutes 0.02 % of main", True),
        "Is it slow?": (
            "no: main: 0.40 % over half a second; queue: 0.00 % over half a second; p95 now main 45 ms",
            True,
        ),
        "Since which?": ("release v1.4 for 6 min, and no alert fires", True),
        "Which part?": ("every panel is within its bounds", True),
        "What do I do?": ("nothing", True),
    }


def test_of_an_alert_it_is_said_under_which_release_it_began_and_what_to_do_first() -> None:
    found = answers_of(Recorded(WELL, FIRES, ALWAYS))

    assert found["Since which?"] == ("StoreDown began 5 min after release v1.4 did; release v1.4 for 6 min", False)
    text, is_well = found["What do I do?"]
    assert text.startswith(f"StoreDown: {what_to_do('StoreDown').splitlines()[0]}")
    assert not is_well


def test_what_wakes_somebody_comes_before_what_began_earlier_and_can_wait() -> None:
    ticket = {**FIRES, "labels": {"alertname": "DiskFills", "severity": "ticket"}, "activeAt": "2026-11-30T08:00:00Z"}

    text, _ = answers_of(Recorded(WELL, ticket, FIRES))["What do I do?"]

    assert text.startswith("StoreDown: ")
    assert "then DiskFills" in text


def test_an_alert_that_is_older_than_every_release_is_none_of_theirs() -> None:
    ran_later = {readings.SINCE: [Sample({"version": "v1.4"}, BEGAN + 10)]}

    text, _ = answers_of(Recorded({**WELL, **ran_later}, FIRES))["Since which?"]

    assert text.startswith("StoreDown began before any release that runs now")


def test_when_it_is_slow_the_slowest_addresses_are_named() -> None:
    slowest = {answers.SLOWEST: [Sample({"route": "api/v1/salons"}, 1.25)]}

    text, _ = answers_of(Recorded({**WELL, **IS_SLOW, **slowest}))["Is it slow?"]
    well, _ = answers_of(Recorded({**WELL, **slowest}))["Is it slow?"]

    assert text.endswith("slowest now api/v1/salons 1.2 s")
    assert "slowest" not in well


MAIN_2_IS_GONE = {answers.PROCESSES: [*UP, Sample({"process": "main-2"}, 0)]}
NO_PAGE = {answers.PAGE: [Sample({}, 0)]}
FAILS = {answers.FAILED: [Sample({"service": "main"}, 0.03)]}
IS_SLOW = {answers.SLOW: [Sample({"service": "main"}, 0.3)]}


@pytest.mark.parametrize(
    ("question", "change", "text"),
    [
        ("Is it up?", MAIN_2_IS_GONE, "no: 2 of 3 processes answer (not main-2)"),
        ("Is it up?", NO_PAGE, "no: 2 of 2 processes answer, and the page does not"),
        ("Is it up?", {answers.PROCESSES: []}, "no: 0 of 0 processes answer"),
        ("Do requests fail?", FAILS, "yes: of the requests of five minutes 3.00 %"),
        ("Is it slow?", IS_SLOW, "yes: main: 30.00 % over half a second"),
        ("What do I do?", {"redis_up": [Sample({"store": "redis-2"}, 0)]}, "nobody is woken by it yet"),
        ("Since which?", {RELEASES: [], readings.SINCE: []}, "nothing of ours runs"),
        ("Which part?", {"redis_up": [Sample({"store": "redis-2"}, 0)]}, "Stores, Redis up redis-2: 0"),
    ],
)
def test_what_is_not_well_is_said_with_who_it_is(
    question: str, change: Mapping[str, Sequence[Sample]], text: str
) -> None:
    found, is_well = answers_of(Recorded({**WELL, **change}))[question]

    assert found.startswith(text)
    assert not is_well


def test_a_night_without_a_request_is_neither_slow_nor_failing() -> None:
    runs = {query: WELL[query] for query in (RELEASES, readings.SINCE)}
    found = answers_of(Recorded({answers.PROCESSES: UP, answers.PAGE: [Sample({}, 1)], **runs}))

    assert all(is_well for _, is_well in found.values())
    assert "nobody has asked" in found["Is it slow?"][0]


def test_an_alert_is_shown_with_its_sentences_and_the_steps_of_its_runbook(tmp_path: Path) -> None:
    page, terminal = tmp_path / "status.html", Console(width=400, record=True)

    shown, firing = status.look(Recorded(WELL, FIRES, ALWAYS), page)

    terminal.print(shown)
    [alert] = firing
    assert (alert.name, alert.about) == ("StoreDown", "redis-2")
    assert alert.since == pytest.approx(datetime(2026, 11, 30, 9, tzinfo=UTC).timestamp(), abs=1)
    for text in (terminal.export_text(), page.read_text(encoding="utf-8")):
        assert "Is it up?" in text
        assert all(line in unescape(text) for line in what_to_do("StoreDown").splitlines())
        assert "Watchdog" not in text
