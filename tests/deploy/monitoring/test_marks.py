"""Since which release: deploys as Prometheus saw them, and under which release an alert began."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from deploy.monitoring.boards import marks, wording
from deploy.monitoring.boards.marks import Mark
from deploy.monitoring.boards.readings import Firing, Release, began_under
from deploy.monitoring.prometheus_api import Curve, Prometheus

STEP = 60.0


def curve(version: str, *minutes: int) -> Curve:
    return Curve({"version": version}, [(minute * STEP, 1.0) for minute in minutes])


class Recorded(Prometheus):
    """One that has these curves, whatever it is asked."""

    def __init__(self, *curves: Curve) -> None:
        super().__init__("http://recorded")
        self.curves = curves

    def since(self, query: str, *, start: float, end: float, step: float) -> Sequence[Curve]:  # type: ignore[override]
        return self.curves


def deploys(*curves: Curve) -> list[Mark]:
    return marks.deploys(Recorded(*curves), start=0, end=100 * STEP, step=STEP)


def test_a_release_that_came_beside_another_is_a_deploy_and_so_is_the_way_back_after_a_while() -> None:
    found = deploys(curve("v1", *range(20), *range(40, 60)), curve("v2", *range(18, 42)))

    assert found == [Mark(18 * STEP, "v2"), Mark(40 * STEP, "v1")]


def test_what_ran_from_the_beginning_and_a_scrape_that_was_missed_are_no_deploys() -> None:
    assert deploys(curve("v1", 0, 1, 2, 4, 5, 7, 8)) == []


def test_a_system_that_was_off_and_is_started_again_is_no_deploy() -> None:
    assert deploys(curve("worktree", 0, 1, 2, 30, 31)) == []


OLD, NEW = Release("v1", 3, since=1_000.0), Release("v2", 6, since=5_000.0)


@pytest.mark.parametrize(("since", "release"), [(5_060.0, NEW), (4_999.0, OLD), (900.0, None), (None, None)])
def test_an_alert_began_under_the_newest_release_that_ran_by_then(since: float | None, release: Release | None) -> None:
    alert = Firing("LatencyBurnsFast", "page", "main", since)

    assert began_under(alert, [NEW, OLD]) == release


def test_an_operator_reads_since_when_what_runs_and_how_long_after_it_an_alert_began() -> None:
    alert = Firing("LatencyBurnsFast", "page", "main", 5_000.0 + 180)

    assert wording.of_release(NEW, 5_000.0 + 7_200).startswith("release v2: 6 processes, since ")
    assert wording.of_release(NEW, 5_000.0 + 7_200).endswith("(2.0 h)")
    assert wording.of_alert(alert, [NEW, OLD]).endswith(", 3 min after release v2 began")
