"""The boards as dashboards: `python -m deploy.monitoring.boards.grafana` writes deploy/monitoring/grafana/*.json."""

from __future__ import annotations

import sys
from pathlib import Path

from grafana_foundation_sdk.builders import common, dashboard, timeseries
from grafana_foundation_sdk.builders import prometheus as prometheus_builder
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import dashboard as models

from deploy.monitoring.boards import marks
from deploy.monitoring.boards.catalogue import BOARDS
from deploy.monitoring.boards.panel import Board, Panel

FOLDER = Path(__file__).parents[1] / "grafana"
DATASOURCE = models.DataSourceRef(type_val="prometheus", uid="prometheus")
HEIGHT, WIDTH = 7, 8
GREEN, RED = "green", "red"


def document(board: Board) -> str:
    """Also with a mark wherever a process began to run another release, which is what a deploy is."""
    releases = (
        dashboard.AnnotationQuery()
        .name("Deploys")
        .datasource(DATASOURCE)
        .enable(True)  # noqa: FBT003  # the library takes it so
        .icon_color("purple")
        .expr(marks.BEGAN)
    )
    built = (
        dashboard.Dashboard(f"댕댕살롱 · {board.title}")
        .uid(board.uid)
        .description(board.answers)
        .tags(["daengdaeng"])
        .refresh("10s")
        .time("now-1h", "now")
        .timezone("browser")
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .annotation(releases)
    )
    for panel in board.panels:
        built = built.with_panel(_panel(panel))
    return JSONEncoder(sort_keys=True, indent=1).encode(built.build()) + "\n"


def _panel(panel: Panel) -> timeseries.Panel:
    query = (
        prometheus_builder.Dataquery()
        .expr(panel.query)
        .legend_format(f"{{{{{panel.by}}}}}" if panel.by else "")
        .ref_id("A")
    )
    built = (
        timeseries.Panel()
        .title(panel.title)
        .unit(panel.unit.value)
        .datasource(DATASOURCE)
        .height(HEIGHT)
        .span(WIDTH)
        .min(0)
        .legend(common.VizLegendOptions().show_legend(bool(panel.by)))
        .with_target(query)
    )
    steps = _steps(panel)
    if not steps:
        return built
    lines = common.GraphThresholdsStyleConfig().mode(common_models.GraphTresholdsStyleMode.LINE)
    limits = dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps)
    return built.thresholds(limits).thresholds_style(lines)


def _steps(panel: Panel) -> list[models.Threshold]:
    if panel.bad_from is None and panel.bad_below is None:
        return []
    steps = [models.Threshold(value=None, color=GREEN if panel.bad_below is None else RED)]
    if panel.bad_below is not None:
        steps.append(models.Threshold(value=panel.bad_below, color=GREEN))
    if panel.bad_from is not None:
        steps.append(models.Threshold(value=panel.bad_from, color=RED))
    return steps


def drift() -> list[str]:
    """Files that are not what the boards say."""
    wanted = {f"{board.uid}.json": document(board) for board in BOARDS}
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def main() -> int:
    if "--check" in sys.argv:
        wrong = drift()
        sys.stdout.write(
            "".join(f"deploy/monitoring/grafana/{name} is not what deploy/monitoring/boards says\n" for name in wrong)
        )
        return int(bool(wrong))
    FOLDER.mkdir(exist_ok=True)
    for board in BOARDS:
        (FOLDER / f"{board.uid}.json").write_text(document(board), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
