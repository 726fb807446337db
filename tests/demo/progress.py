"""The drop as it goes, in the terminal."""

from __future__ import annotations

from collections import Counter

from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from tests.demo.scenarios.drop import Drop


class DropBoard:
    """Drawn anew a few times a second by rich."""

    def __init__(self, drop: Drop) -> None:
        self._drop = drop

    def __rich__(self) -> Table:
        recorder = self._drop.recorder
        states = Counter(state for _, state in {(word.customer, word.state) for word in recorder.final_words})
        frame = recorder.newest
        everybody = len(recorder.customers)
        board = Table.grid(padding=(0, 2))
        board.add_column(min_width=24)
        board.add_column(justify="right", min_width=9)
        board.add_column(width=40)
        board.add_row(Text(f"{recorder.now():5.1f} s", style="dim"), "", Text(recorder.phase, style="bold"))
        for name, count, total in (
            ("joined", len({join.customer for join in recorder.joined}), everybody),
            ("streams open", self._drop.streams_open, everybody),
            ("waiting", frame.waiting if frame else 0, everybody),
            ("told: yours", states["issued"], recorder.quantity),
            ("told: sold out", states["sold-out"], everybody),
        ):
            board.add_row(name, f"{count}/{total}", ProgressBar(total=total, completed=min(count, total), width=40))
        board.add_row("left by choice", str(states["left"]), "")
        if frame is not None:
            line = f"{frame.state} · serving number {frame.serving} · stock left {frame.stock_left}"
            board.add_row("the line", f"#{frame.seq}", line)
        return board
