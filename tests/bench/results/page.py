"""The report as one page that needs nothing else: a table of the claims, and a plot for each row that has one."""

from __future__ import annotations

import io
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

Row = dict[str, Any]

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #ddd }
td.n { text-align: right; font-variant-numeric: tabular-nums }
.met { color: #0a7a33 } .not { color: #b3261e; font-weight: 600 } .unknown { color: #777 }
svg { width: 100%; height: auto } footer { color: #777; font-size: 13px }
"""
_VERDICTS = {True: ("met", "met"), False: ("not", "not met"), None: ("unknown", "not measured")}


def write(path: Path, report: dict[str, Row | None]) -> None:
    lines = "".join(_lines(name, row) for name, row in report.items())
    plots = "".join(_section(name, row) for name, row in report.items() if row)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Bench</title><style>{_STYLE}</style>'
        "<h1>Speed, as ratios</h1><p>Ours and the peer in the same run on the same machine.</p>"
        "<table><tr><th>row<th>what<th>ours<th>peer<th>ratio<th>goal<th></tr>"
        f"{lines}</table>{plots}",
        encoding="utf-8",
    )


def _lines(name: str, row: Row | None) -> str:
    if row is None:
        return f'<tr><td>{name}<td colspan="5"><td class="unknown">not measured</tr>'
    return "".join(_line(name, claim) for claim in row["claims"])


def _line(name: str, claim: Row) -> str:
    kind, word = _VERDICTS[claim["met"]]
    numbers = "".join(f'<td class="n">{_number(claim[key])}' for key in ("ours", "peer", "ratio"))
    what, goal = escape(claim["what"]), escape(claim["goal"])
    return f'<tr><td>{name}<td>{what}{numbers}<td>{goal}<td class="{kind}">{word}</tr>'


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.4g}"


def _section(name: str, row: Row) -> str:
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    _PLOTS[name](figure.add_subplot(), row)
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    svg = drawn.getvalue()
    foot = " · ".join(escape(str(row[key])) for key in ("measured_at", "commit", "command", "machine"))
    return f"<h2>{name}</h2>{svg[svg.index('<svg') :]}<footer>{foot}</footer>"


def _frame_delivery(axes: Axes, row: Row) -> None:
    for name, curve in row["series"].items():
        axes.plot([ms for ms, _ in curve], [share * 100 for _, share in curve], label=name)
    axes.axhline(99, color="#bbb", linewidth=0.8)
    axes.set(xlabel="ms from the publisher to the reader", ylabel="% of frames that had arrived")
    axes.set_title(f"{row['details']['streams']:,} streams, one frame a second")
    axes.legend()


def _commands_per_tick(axes: Axes, row: Row) -> None:
    sizes = [size for size in row["details"] if size.isdigit()]
    values = [row["details"][size]["commands_per_tick"] for size in sizes]
    axes.bar_label(axes.barh([f"{int(size):,} in line" for size in sizes], values))
    axes.set(xlabel="Redis commands a tick")


def _joins(axes: Axes, row: Row) -> None:
    names = ["POST ticket", "bare route"]
    axes.bar_label(axes.barh(names, [row["ours"], row["peer"]]), fmt="{:,.0f}")
    axes.axvline(row["peer"] / 2, color="#bbb", linewidth=0.8)
    axes.set(xlabel="answers a second, one core")


def _drop(axes: Axes, row: Row) -> None:
    served = row["series"]["served"]
    axes.step([after for after, _ in served], [share * 100 for _, share in served], where="post", label="told “yours”")
    axes.axvline(row["peer"], color="#888", linestyle=":", label="MySQL's inserts alone")
    axes.set(xlabel="seconds after opening", ylabel="% of winners", xlim=(0, None))
    axes.legend()


def _search(axes: Axes, row: Row) -> None:
    for name, curve in row["series"].items():
        axes.plot([ms for ms, _ in curve], [share * 100 for _, share in curve], label=name)
    axes.axhline(95, color="#bbb", linewidth=0.8)
    axes.set(xlabel="ms to the answer", ylabel="% of answers")
    axes.set_title(f"{row['details']['salons']:,} salons")
    axes.legend()


def _idle(axes: Axes, row: Row) -> None:
    ratios = [(claim["what"], claim["ratio"]) for claim in reversed(row["claims"])]
    axes.bar_label(axes.barh([what for what, _ in ratios], [ratio for _, ratio in ratios]), fmt="{:.2f}")
    axes.axvline(1.5, color="#bbb", linewidth=0.8)
    axes.set(xlabel="× the hello-world of the same framework")


def _mixed(axes: Axes, row: Row) -> None:
    steps = row["details"]["main"]["p95_ms_by_step"]
    empty = row["details"]["empty view"]["p95_ms_by_step"]
    for name, of_steps in (("main", steps), ("empty view", empty)):
        axes.plot(list(steps), [of_steps.get(step) for step in steps], "o-", label=name)
    axes.set(ylabel="ms, p95")
    axes.legend()


def _observed(axes: Axes, row: Row) -> None:
    ratios = [(claim["what"], claim["ratio"]) for claim in reversed(row["claims"])]
    axes.bar_label(axes.barh([what for what, _ in ratios], [ratio for _, ratio in ratios]), fmt="{:.2f}")
    for bound in (0.9, 1.15):
        axes.axvline(bound, color="#bbb", linewidth=0.8)
    axes.set(xlabel="with logs, traces and metrics, × without")


def _strangers(axes: Axes, row: Row) -> None:
    ratios = sorted(row["series"]["ratios"].items(), key=lambda item: item[1])
    axes.bar_label(axes.barh([name for name, _ in ratios], [ratio for _, ratio in ratios]), fmt="{:.2f}")
    axes.axvline(2, color="#bbb", linewidth=0.8)
    axes.set(xlabel="other people's p99 during this flood, × without")


_PLOTS: dict[str, Callable[[Axes, Row], None]] = {
    "S1": _frame_delivery,
    "S2": _commands_per_tick,
    "S3": _joins,
    "S4": _drop,
    "S7": _search,
    "S8": _idle,
    "S9": _mixed,
    "S10": _observed,
    "S11": _strangers,
}
