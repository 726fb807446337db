"""The report: one HTML file that needs nothing else, and the same as JSON."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.demo.result import Result

STYLE = """
:root { color-scheme: light dark; --yes: #188038; --no: #d93025; --line: #8884; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; }
h1 { margin-bottom: 0; } h2 { margin-top: 2.5rem; }
table { border-collapse: collapse; width: 100%; } td, th { border-bottom: 1px solid var(--line); padding: .35rem .6rem;
  text-align: left; vertical-align: top; } td:first-child { white-space: nowrap; font-weight: 600; }
.yes td:first-child { color: var(--yes); } .no td:first-child { color: var(--no); } .no { background: #d9302518; }
.evidence { opacity: .75; font-size: .9em; overflow-wrap: anywhere; }
svg { max-width: 100%; height: auto; background: #fff; }
code { font-size: .9em; } dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt { opacity: .7; } dd { margin: 0; overflow-wrap: anywhere; }
"""


def machine_facts() -> dict[str, str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GiB",
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "aiohttp": version("aiohttp"),
    }


def document_of(results: Sequence[Result], *, facts: Mapping[str, str]) -> dict[str, Any]:
    return {
        "holds": all_hold(results),
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command(),
        "machine": machine_facts(),
        "facts": dict(facts),
        "scenarios": [
            {
                "title": result.title,
                "holds": result.holds,
                "seconds": round(result.seconds, 2),
                "broke_off": result.broke_off,
                "statements": [vars(statement) for statement in result.statements],
            }
            for result in results
        ],
    }


def all_hold(results: Sequence[Result]) -> bool:
    return bool(results) and all(result.holds for result in results)


def command() -> str:
    return " ".join(["python -m tests.demo", *sys.argv[1:]])


def write_report(folder: Path, document: Mapping[str, Any], *, plot: str | None) -> Path:
    """Write report.json and report.html; the path of the page."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, ensure_ascii=False, indent=2)
    (folder / "report.json").write_text(text + "\n", encoding="utf-8")
    page = folder / "report.html"
    page.write_text(page_of(document, plot=plot), encoding="utf-8")
    return page


def page_of(document: Mapping[str, Any], *, plot: str | None) -> str:
    verdict = "Every statement holds." if document["holds"] else "Not every statement holds."
    facts = {**document["facts"], **document["machine"], "command": document["command"], "at": document["written_at"]}
    scenarios = "".join(_scenario(one) for one in document["scenarios"])
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>댕댕살롱 demo</title><style>{STYLE}</style>
<h1>댕댕살롱 demo</h1><p>{verdict}</p>
{f"<h2>The drop over time</h2>{plot}" if plot else ""}
{scenarios}
<h2>Where and how</h2><dl>{"".join(f"<dt>{escape(k)}</dt><dd>{escape(str(v))}</dd>" for k, v in facts.items())}</dl>
</html>
"""


def _scenario(scenario: Mapping[str, Any]) -> str:
    broke_off = (
        f"<p class=no>Broke off: <code>{escape(scenario['broke_off'])}</code></p>" if scenario["broke_off"] else ""
    )
    rows = "".join(
        f'<tr class="{"yes" if one["holds"] else "no"}"><td>{"holds" if one["holds"] else "FAILS"}</td>'
        f'<td>{escape(one["name"])}<div class="evidence">{escape(one["evidence"])}</div></td></tr>'
        for one in scenario["statements"]
    )
    return f"<h2>{escape(scenario['title'])} ({scenario['seconds']} s)</h2>{broke_off}<table>{rows}</table>"
