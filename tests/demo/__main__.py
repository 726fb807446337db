"""`python -m tests.demo`: exit code 0 only if every statement holds; 1 if one does not; 2 if there is no system."""

from __future__ import annotations

import asyncio
import json
import sys

from rich.console import Console
from rich.table import Table

from deploy.local.places import ROOT
from tests.demo.options import read_options
from tests.demo.play import Played, play
from tests.demo.report.page import all_hold, document_of, write_report
from tests.demo.report.plot import drop_over_time
from tests.harness.system.backstage import NotUp

FOLDER = ROOT / ".local" / "demo"


def main() -> int:
    options = read_options()
    if options.only_asks:
        return 0
    terminal = Console(stderr=options.prints_json)
    console = terminal if terminal.is_terminal else Console(stderr=options.prints_json, width=140)
    try:
        played = asyncio.run(play(options, console))
    except NotUp as reason:
        console.print(f"[red]No demo:[/] {reason}", highlight=False)
        return 2
    except KeyboardInterrupt:
        return 130

    document = document_of(played.results, facts=played.facts)
    plot = drop_over_time(played.drop) if played.drop is not None else None
    page = write_report(FOLDER, document, plot=plot)
    if options.prints_json:
        print(json.dumps(document, ensure_ascii=False))
    _show(console, played)
    console.print(f"report: {page.relative_to(ROOT)}", highlight=False)
    return 0 if all_hold(played.results) else 1


def _show(console: Console, played: Played) -> None:
    for result in played.results:
        table = Table(title=f"{result.title} · {result.seconds:.1f} s", title_justify="left", show_header=False)
        table.add_column(no_wrap=True)
        table.add_column()
        table.add_column(style="dim", overflow="fold")
        for one in result.statements:
            table.add_row("[green]✓" if one.holds else "[bold red]✗", one.name, one.evidence)
        if result.broke_off:
            table.add_row("[bold red]✗", "broke off", result.broke_off)
        console.print(table)
    count = sum(len(result.statements) for result in played.results)
    held = sum(one.holds for result in played.results for one in result.statements)
    verdict = "[bold green]all hold" if all_hold(played.results) else "[bold red]NOT all hold"
    console.print(f"{held} of {count} statements: {verdict}")


if __name__ == "__main__":
    sys.exit(main())
