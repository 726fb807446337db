"""The boards as one page of HTML that needs nothing else: the last half hour of each panel as a plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from deploy.monitoring.boards import marks, wording
from deploy.monitoring.boards.answers import Answer
from deploy.monitoring.boards.marks import Mark
from deploy.monitoring.boards.panel import Board, Panel
from deploy.monitoring.boards.readings import Firing, Reading, Release, is_bad, name_of, shown
from deploy.monitoring.prometheus_api import Curve, Prometheus

SECONDS, STEP_SECONDS = 1800.0, 15.0
WIDTH, HEIGHT = 320, 70
COLOURS = ("#3b82f6", "#10b981", "#f59e0b", "#8b5cf6", "#ef4444", "#14b8a6", "#6366f1", "#84cc16", "#ec4899", "#64748b")
STYLE = """
body { font: 14px system-ui, sans-serif; margin: 1.5rem; background: #f8fafc; color: #0f172a }
h2 { margin: 1.5rem 0 .2rem } .for { color: #64748b; margin: 0 0 .6rem }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(340px, 1fr)); gap: .8rem }
.panel { background: #fff; border: 1px solid #e2e8f0; border-radius: 8px; padding: .6rem .8rem }
.panel h3 { margin: 0 0 .3rem; font-size: .95rem } .bad { border-color: #ef4444; background: #fef2f2 }
.alert { background: #ef4444; color: #fff; padding: .5rem .8rem; border-radius: 8px; margin: .3rem 0 }
.well { background: #10b981; color: #fff; padding: .5rem .8rem; border-radius: 8px }
.alert pre { white-space: pre-wrap; font: inherit; font-size: .9rem; margin: .4rem 0 0 }
dt { float: left; clear: left; width: 11rem; font-weight: 600 } dd { margin: 0 0 .2rem 11rem; color: #047857 }
dd.not { color: #b91c1c; font-weight: 600 }
ul { list-style: none; margin: .3rem 0 0; padding: 0; font-size: .85rem } li b { float: right }
"""
WELL = '<p class="well">No alert fires. 울리는 경보가 없습니다.</p>'


@dataclass(frozen=True)
class Now:
    """`at` in seconds since 1970."""

    at: float
    alerts: Sequence[Firing]
    releases: Sequence[Release]
    answers: Sequence[Answer]


def page(prometheus: Prometheus, boards: Sequence[tuple[Board, Sequence[Reading]]], now: Now) -> str:
    """With a line in each plot where a release began. Raises NotAnswered."""
    deploys = marks.deploys(prometheus, start=now.at - SECONDS, end=now.at, step=STEP_SECONDS)
    plots = Plots(prometheus, now.at, deploys)
    sections = "".join(_section(plots, board, read) for board, read in boards)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="10">'
        f"<title>댕댕살롱 status</title><style>{STYLE}</style><h1>댕댕살롱</h1>{_banner(now)}{sections}</html>\n"
    )


@dataclass(frozen=True)
class Plots:
    prometheus: Prometheus
    now: float
    deploys: Sequence[Mark]


def _banner(now: Now) -> str:
    ran = "".join(f'<p class="for">{escape(wording.of_release(one, now.at))}</p>' for one in now.releases)
    answers = "".join(
        f'<dt>{escape(one.question)}<dd class="{"" if one.is_well else "not"}">{escape(one.text)}'
        for one in now.answers
    )
    alerts = "".join(_alert(one, now.releases) for one in now.alerts)
    return f"{ran}<dl>{answers}</dl>{alerts or WELL}"


def _alert(alert: Firing, releases: Sequence[Release]) -> str:
    head = f"{escape(wording.of_alert(alert, releases))} · docs/runbooks/{escape(alert.name)}.md"
    todo = "\n".join(map(escape, wording.of_what_to_do(alert)))
    return f'<div class="alert">{head}<pre>{todo}</pre></div>'


def _section(plots: Plots, board: Board, read: Sequence[Reading]) -> str:
    cells = "".join(_cell(plots, reading) for reading in read)
    return (
        f'<h2 id="{board.uid}">{escape(board.title)}</h2><p class="for">{escape(board.answers)}</p>'
        f'<div class="panels">{cells}</div>'
    )


def _cell(plots: Plots, reading: Reading) -> str:
    panel = reading.panel
    curves = plots.prometheus.since(panel.query, start=plots.now - SECONDS, end=plots.now, step=STEP_SECONDS)
    rows = "".join(
        f"<li>{escape(one.name or 'now')} <b>{escape(shown(one.value, panel.unit))}</b></li>" for one in reading.values
    )
    bad = " bad" if any(one.is_bad for one in reading.values) else ""
    return f'<div class="panel{bad}"><h3>{escape(panel.title)}</h3>{_plot(panel, curves, plots)}<ul>{rows}</ul></div>'


def _plot(panel: Panel, curves: Sequence[Curve], plots: Plots) -> str:
    values = [value for curve in curves for _, value in curve.points if value == value]  # not NaN
    if not values:
        return "<p>nothing yet</p>"
    low, high = min(0.0, *values), max(values)
    lines = "".join(
        f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{_points(curve, low, high, plots.now)}">'
        f"<title>{escape(name_of(panel, curve.labels))}</title></polyline>"
        for curve, colour in zip(curves, COLOURS, strict=False)
    )
    worst = "#ef4444" if any(is_bad(panel, value) for value in values) else "#94a3b8"
    label = f'<text x="2" y="10" font-size="9" fill="{worst}">{escape(shown(high, panel.unit))}</text>'
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" role="img">{_marks(plots)}{lines}{label}</svg>'


def _marks(plots: Plots) -> str:
    places = [(f"{_across(mark.at, plots.now):.1f}", escape(mark.name)) for mark in plots.deploys]
    return "".join(
        f'<line class="deploy" x1="{x}" x2="{x}" y1="0" y2="{HEIGHT}" stroke="#7c3aed" stroke-dasharray="3">'
        f"<title>release {name}</title></line>"
        for x, name in places
    )


def _across(at: float, now: float) -> float:
    return (at - now + SECONDS) / SECONDS * WIDTH


def _points(curve: Curve, low: float, high: float, now: float) -> str:
    height = (high - low) or 1.0
    return " ".join(
        f"{_across(at, now):.1f},{HEIGHT - 2 - (value - low) / height * (HEIGHT - 16):.1f}"
        for at, value in curve.points
        if value == value  # not NaN
    )
