"""`make status`: the boards in a terminal and as a page, for those who have only this machine."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console as Terminal
from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from deploy.local.failure import CannotGoOn
from deploy.local.monitoring.place import Place
from deploy.local.monitoring.running import watched_profile
from deploy.local.monitoring.status_page import Now, page
from deploy.local.places import shown as shown_path
from deploy.local.run.probes import HOST
from deploy.monitoring.boards import readings, wording
from deploy.monitoring.boards.answers import Answer, Seen, answered
from deploy.monitoring.boards.catalogue import BOARDS
from deploy.monitoring.boards.panel import Board
from deploy.monitoring.boards.readings import Firing, Reading, Release
from deploy.monitoring.prometheus_api import NotAnswered, Prometheus

EVERY_SECONDS = 5.0


def status(profile_name: str, *, once: bool) -> int:
    """Until Ctrl-C at a terminal, else once. The exit code is 1 while an alert fires. Raises CannotGoOn."""
    place = Place(watched_profile(profile_name))
    prometheus = Prometheus(f"http://{HOST}:{place.port('prometheus')}")
    path = place.status_page
    once = once or not sys.stdout.isatty()
    try:
        if once:
            shown, alerts = look(prometheus, path)
            Terminal(width=None if sys.stdout.isatty() else 140).print(shown)
            return int(bool(alerts))
        return _stay(prometheus, path)
    except NotAnswered as error:
        raise CannotGoOn(
            what="make status", why=f"Prometheus does not answer: {error}", do="make monitoring, in another terminal"
        ) from error


def _stay(prometheus: Prometheus, path: Path) -> int:
    shown, alerts = look(prometheus, path)
    with Live(shown, screen=True, auto_refresh=False) as live:
        try:
            while True:
                time.sleep(EVERY_SECONDS)
                shown, alerts = look(prometheus, path)
                live.update(shown, refresh=True)
        except KeyboardInterrupt:
            return int(bool(alerts))


def look(prometheus: Prometheus, path: Path) -> tuple[RenderableType, Sequence[Firing]]:
    """Also writes the page. Raises NotAnswered."""
    alerts = readings.firing(prometheus)
    boards = [(board, readings.read(prometheus, board)) for board in BOARDS]
    releases, now = readings.releases(prometheus), time.time()
    answers = answered(prometheus, Seen(boards, alerts, releases, now))
    path.write_text(page(prometheus, boards, Now(now, alerts, releases, answers)), encoding="utf-8")
    tables = [_table(board, read) for board, read in boards]
    words = Text(f"{time.strftime('%H:%M:%S')}  with plots: {shown_path(path)}", style="dim")
    return Group(_releases(releases, now), _answers(answers), _alerts(alerts, releases), *tables, words), alerts


def _releases(releases: Sequence[Release], now: float) -> RenderableType:
    return Text("\n".join(wording.of_release(release, now) for release in releases) or "nothing of ours runs")


def _answers(answers: Sequence[Answer]) -> RenderableType:
    text = Text()
    for answer in answers:
        text.append(f"{answer.question:18}", "bold")
        text.append(f"{answer.text}\n", "green" if answer.is_well else "bold red")
    text.right_crop(1)
    return text


def _alerts(alerts: Sequence[Firing], releases: Sequence[Release]) -> RenderableType:
    if not alerts:
        return Text("no alert fires", style="green")
    text = Text()
    for one in alerts:
        text.append(f"{wording.of_alert(one, releases)}  docs/runbooks/{one.name}.md\n", "bold red")
        text.append("".join(f"    {line}\n" for line in wording.of_what_to_do(one)))
    text.right_crop(1)
    return text


def _table(board: Board, read: Sequence[Reading]) -> Table:
    table = Table(title=f"{board.title}: {board.answers}", title_justify="left", show_header=False, expand=True)
    table.add_column(ratio=1)
    table.add_column(ratio=2)
    for reading in read:
        table.add_row(reading.panel.title, _values(reading))
    return table


def _values(reading: Reading) -> Text:
    text = Text()
    for value in reading.values:
        words = f"{value.name} " if value.name else ""
        text.append(f"{words}{readings.shown(value.value, reading.panel.unit)}   ", "bold red" if value.is_bad else "")
    return text or Text("nothing", style="dim")
