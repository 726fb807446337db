"""Every alert fires in the world it is for and keeps silent in one that is nearly so, as Prometheus itself judges."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.places import ROOT, tool
from deploy.monitoring.boards.catalogue import BOARDS
from deploy.monitoring.rules import document, objectives
from deploy.monitoring.rules.alert import Alert, Severity
from deploy.monitoring.rules.catalogue import ALERTS
from tests.deploy.monitoring.rules.rule_cases import CASES
from tests.deploy.monitoring.rules.worlds import Case, World

RULES = ROOT / "deploy" / "monitoring" / "prometheus" / "rules.yml"
BY_NAME = {alert.name: alert for alert in ALERTS}
ALWAYS = "Watchdog"
LABEL = re.compile(r"\{\{ \$labels\.(\w+) \}\}")
DASHBOARDS = {board.uid for board in BOARDS}


def _promtool(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [tool("promtool") or "promtool", *map(str, words)], capture_output=True, text=True, check=False
    )


def _expected(alert: Alert, labels: Mapping[str, str]) -> dict[str, Any]:
    filled = {
        name: LABEL.sub(lambda found: labels.get(found[1], ""), text) for name, text in alert.annotations().items()
    }
    return {"exp_labels": {"severity": alert.severity.value, **labels}, "exp_annotations": filled}


def _test(case: Case, world: World) -> dict[str, Any]:
    alert = BY_NAME[case.alert]
    return {
        "interval": case.interval,
        "input_series": [{"series": name, "values": values} for name, values in world.series.items()],
        "alert_rule_test": [
            {
                "eval_time": world.at,
                "alertname": alert.name,
                "exp_alerts": [_expected(alert, labels) for labels in world.fires],
            }
        ],
    }


def _rules_of(case: Case) -> str:
    """This alert of the file that Prometheus reads, and what it needs: all of them in each world would take minutes."""
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    needed = BY_NAME[case.alert] in objectives.ALERTS
    kept = [
        {**group, "rules": [rule for rule in group["rules"] if rule.get("alert", case.alert) == case.alert]}
        for group in groups
        if needed or group["name"] != "objectives"
    ]
    return yaml.safe_dump({"groups": kept}, allow_unicode=True)


def _judged(folder: Path, case: Case, tests: list[dict[str, Any]]) -> subprocess.CompletedProcess[str]:
    path, alone = folder / "rules_test.yml", folder / "rules.yml"
    alone.write_text(_rules_of(case), encoding="utf-8")
    document = {"rule_files": [str(alone)], "evaluation_interval": case.interval, "tests": tests}
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return _promtool("test", "rules", path)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.alert)
def test_each_alert_fires_when_it_must_and_is_silent_when_it_must_not(tmp_path: Path, case: Case) -> None:
    tests = [_test(case, world) for world in (case.firing, case.silent, *case.also_silent)]

    judged = _judged(tmp_path, case, tests)

    assert judged.returncode == 0, judged.stdout + judged.stderr


def test_the_judge_notices_an_alert_that_does_not_fire(tmp_path: Path) -> None:
    case = CASES[0]
    swapped = World(case.silent.series, case.firing.fires, case.silent.at)

    judged = _judged(tmp_path, case, [_test(case, swapped)])

    assert judged.returncode != 0


def test_the_watchdog_always_fires(tmp_path: Path) -> None:
    world = World({"up": "1x20"}, ({},))
    case = Case(ALWAYS, world, world)

    judged = _judged(tmp_path, case, [_test(case, world)])

    assert judged.returncode == 0, judged.stdout + judged.stderr


def test_no_alert_is_without_a_world_in_which_it_fires_and_one_in_which_it_does_not() -> None:
    assert {case.alert for case in CASES} | {ALWAYS} == set(BY_NAME)
    assert all(case.firing.fires and not case.silent.fires for case in CASES)
    assert not any(world.fires for case in CASES for world in case.also_silent)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_whoever_is_woken_reads_what_it_is_in_both_languages_and_where_to_look(alert: Alert) -> None:
    assert re.search("[가-힣]", alert.korean)
    assert not re.search("[가-힣]", alert.english)
    assert LABEL.findall(alert.korean) == LABEL.findall(alert.english)
    assert alert.dashboard in DASHBOARDS
    page = (ROOT / alert.runbook).read_text(encoding="utf-8")
    assert page.startswith(f"# {alert.name}\n")
    assert all(f"\n## {title}\n" in page for title in ("What it means", "What people notice", "Look", "Do"))
    # Prometheus would take these for places to fill in.
    assert "{{" not in alert.annotations()["do"]


def test_every_runbook_is_that_of_an_alert() -> None:
    pages = {path.stem for path in (ROOT / "docs" / "runbooks").glob("*.md")}

    assert pages == set(BY_NAME)


def test_prometheus_takes_the_rules_and_they_are_those_of_the_code() -> None:
    assert _promtool("check", "rules", RULES).returncode == 0
    assert RULES.read_text(encoding="utf-8") == document.document()


def test_only_the_watchdog_wakes_nobody() -> None:
    assert [alert.name for alert in ALERTS if alert.severity is Severity.NONE] == [ALWAYS]
