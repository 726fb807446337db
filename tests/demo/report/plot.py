"""The drop over time, as one SVG."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Iterable, Sequence

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams["svg.fonttype"] = "none"  # letters stay letters: small, and can be searched
mpl.rcParams["svg.hashsalt"] = "daengdaeng"

from matplotlib.figure import Figure  # noqa: E402 - the backend must be chosen first

from tests.harness.histories.drop import DropHistory  # noqa: E402


def drop_over_time(history: DropHistory) -> str:
    """Who waits, what was taken from the stock, and who has been told, second by second."""
    figure = Figure(figsize=(9, 4.2), layout="constrained")
    axes = figure.subplots()
    frames = sorted(history.frames, key=lambda frame: frame.at)
    end = max([frame.at for frame in frames] + [word.at for word in history.final_words] + [1.0])

    joined = [join.at for join in history.joined if not join.again]
    axes.step(*_running_count(joined, end), where="post", color="#9aa0a6", label="joined")
    during = [frame for frame in frames if frame.state != "sold-out"]
    axes.step([f.at for f in during], [f.waiting for f in during], where="post", color="#1a73e8", label="waiting")
    taken = [history.quantity - frame.stock_left for frame in frames]
    axes.step([f.at for f in frames], taken, where="post", color="#f29900", label="taken from the stock")
    for state, colour, label in (("issued", "#188038", "told: yours"), ("sold-out", "#d93025", "told: sold out")):
        first = _first_by_customer((word.at, word.customer) for word in history.final_words if word.state == state)
        axes.step(*_running_count(first, end), where="post", color=colour, label=label)

    axes.axhline(history.quantity, color="#188038", linewidth=0.8, linestyle=":")
    axes.set(xlabel="seconds", ylabel="customers", xlim=(0, end * 1.02), ylim=(0, None))
    axes.grid(alpha=0.25)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    return _svg_of(figure)


def _running_count(moments: Sequence[float], end: float) -> tuple[list[float], list[int]]:
    ordered = sorted(moments)
    xs = [0.0, *ordered, end]
    return xs, [bisect_right(ordered, x) for x in xs]


def _first_by_customer(words: Iterable[tuple[float, int]]) -> list[float]:
    """A customer with two devices is told twice and counts once."""
    first: dict[int, float] = {}
    for at, customer in words:
        first[customer] = min(at, first.get(customer, at))
    return list(first.values())


def _svg_of(figure: Figure) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    svg = text.getvalue()
    return svg[svg.index("<svg") :]
