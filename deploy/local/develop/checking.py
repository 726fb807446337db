"""`make check`: everything that can be known without running the system. Each check is one command."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.console import Console
from deploy.local.develop import compose_file, last_release
from deploy.local.failure import CannotGoOn
from deploy.local.install import node
from deploy.local.places import ROOT, SERVICES, VENV, VENV_PYTHON, WEB
from deploy.local.settings import secrets_store

# As many as this project's machines have cores; mypy fills one each.
BESIDE_EACH_OTHER = 2
PYPROJECT = str(ROOT / "pyproject.toml")
METRICS_PAGE = ROOT / "docs" / "metrics.md"
OPENAPI = ROOT / "docs" / "openapi.json"
QUEUE_OPENAPI = ROOT / "docs" / "queue-openapi.json"
# Page → the module that prints it.
ASYNCAPI = {
    "asyncapi": "salon_contracts.asyncapi",
    "line-asyncapi": "salon_contracts.http.line_asyncapi",
    "chat-asyncapi": "salon_contracts.http.chat_asyncapi",
}
MAIN = SERVICES / "main"
LAYERED = ("main", "queue", "chat-worker")
# Some tests import their helpers by plain name, as pytest lets them.
HELPERS_BY_PLAIN_NAME = {"MYPYPATH": os.pathsep.join(["tests", "."])}
OFFLINE = {"DJANGO_SETTINGS_MODULE": "config.checking"}
NO_SERVER = {"DJANGO_SETTINGS_MODULE": "config.linting"}
# Two releases run side by side: the old one must go on working on the new one's tables.
LINT_MIGRATIONS = [
    *(str(VENV_PYTHON), "manage.py", "lintmigrations", "--no-cache", "--sql-analyser", "mysql"),
    *("--exclude-apps", "admin", "auth", "contenttypes", "sessions"),
]
KNOWN_MIGRATIONS = [
    "--ignore-name",
    # Drops a table that the first release would have written to, before there was one.
    "0002_no_two_bookings_overlap",
    # Changes a collation: MySQL has to be told NOT NULL again of columns that were so before.
    "0007_claims_by_bytes",
]

# Nor may a migration keep anybody waiting that the last release has not run yet.
LINT_ONLINE_DDL = [str(VENV_PYTHON), "manage.py", "lint_online_ddl", "--since", str(last_release.RECORD)]

# Returns what is wrong, or an empty text.
Verdict = Callable[[], str]


@dataclass(frozen=True)
class Command:
    words: Sequence[str]
    folder: Path = ROOT
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self) -> str:
        environment = {**os.environ, **self.environment}
        ended = subprocess.run(
            self.words,
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return (ended.stdout or f"exit code {ended.returncode}") if ended.returncode else ""


def run_checks(*, only: str | None) -> int:
    secrets_store.make_missing()
    checks = all_checks()
    wanted = {name: check for name, check in checks.items() if only in {None, name, name.split()[0]}}
    if not wanted:
        raise CannotGoOn(what=f"ONLY={only}", why="there is no such check", do=f"choose one of {', '.join(checks)}")
    with Console() as console, ThreadPoolExecutor(BESIDE_EACH_OTHER) as pool:
        futures = {name: pool.submit(_carry_out, name, check, console) for name, check in wanted.items()}
        wrong = [name for name, future in futures.items() if future.result()]
    if wrong:
        print(f"\nFAILED: {', '.join(wrong)}", flush=True)
        return 1
    print(f"\n{len(wanted)} checks hold", flush=True)
    return 0


def all_checks() -> dict[str, Verdict]:
    ruff = str(VENV / "bin" / "ruff")
    manage = [str(VENV_PYTHON), "manage.py"]
    checks: dict[str, Verdict] = {
        "format": Command([ruff, "format", "--check", "."]),
        "lint": Command([ruff, "check", "--output-format", "concise", "."]),
        "types main": Command(_mypy(".", config="mypy.ini"), MAIN, OFFLINE),
        "types contracts": Command(_mypy("salon_contracts", "tests"), SERVICES / "contracts"),
        "types kit": Command(_mypy("salon_kit", "tests"), SERVICES / "kit", HELPERS_BY_PLAIN_NAME),
        "types queue": Command(_mypy("coupon_queue", "tests"), SERVICES / "queue"),
        "types chat-worker": Command(_mypy("chat_worker", "tests"), SERVICES / "chat-worker", HELPERS_BY_PLAIN_NAME),
        "types deploy": Command(_mypy("deploy", "tests")),
        "migrations": Command([*manage, "makemigrations", "--check", "--dry-run"], MAIN, OFFLINE),
        "migrations beside the last release": Command(LINT_MIGRATIONS + KNOWN_MIGRATIONS, MAIN, NO_SERVER),
        "migrations while people work": Command(LINT_ONLINE_DDL, MAIN, NO_SERVER),
        **{f"layers {service}": _layers(service) for service in LAYERED},
        "openapi": _openapi_is_up_to_date,
        "openapi queue": _print_is_up_to_date("coupon_queue.http.openapi", QUEUE_OPENAPI, SERVICES / "queue"),
        **{
            f"asyncapi {page}.json": _print_is_up_to_date(
                module, ROOT / "docs" / f"{page}.json", SERVICES / "contracts"
            )
            for page, module in ASYNCAPI.items()
        },
        "metrics page": _print_is_up_to_date("salon_contracts.metrics.catalogue", METRICS_PAGE, SERVICES / "contracts"),
        "rules of Prometheus": _print_is_up_to_date(
            "deploy.monitoring.rules.document", ROOT / "deploy" / "monitoring" / "prometheus" / "rules.yml", ROOT
        ),
        "dashboards": Command([str(VENV_PYTHON), "-m", "deploy.monitoring.boards.grafana", "--check"]),
        "monitoring in Compose": Command([str(VENV_PYTHON), "-m", "deploy.monitoring.compose.document", "--check"]),
        "metrics in queries": Command([str(VENV_PYTHON), "-m", "deploy.monitoring.selectors"]),
        "compose": compose_file.what_is_wrong,
    }
    checks |= {
        "lint web": _web("lint"),
        "types web": _web("types"),
    }
    return checks


def _web(script: str) -> Command:
    return Command(node.npm("run", "--silent", script), WEB, node.environment())


def _mypy(*what: str, config: str = PYPROJECT) -> list[str]:
    return [str(VENV_PYTHON), "-m", "mypy", "--config-file", config, *what]


def _layers(service: str) -> Command:
    """Which part may import which stands in the service's .importlinter."""
    words = [str(VENV / "bin" / "lint-imports"), ".importlinter", "--no-cache"]
    return Command(words, SERVICES / service, {**OFFLINE, "PYTHONPATH": "."})


def _openapi_is_up_to_date() -> str:
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "openapi.json"
        make = [str(VENV_PYTHON), "manage.py", "spectacular", "--validate", "--format", "openapi-json", "--file"]
        wrong = Command([*make, str(fresh)], MAIN, OFFLINE)()
        if wrong:
            return wrong
        if OPENAPI.exists() and OPENAPI.read_bytes() == fresh.read_bytes():
            return ""
    page = OPENAPI.relative_to(ROOT)
    how = f"cd services/main && python manage.py spectacular --format openapi-json --file ../../{page}"
    return f"{page} is not what the code says; to write it anew: {how}"


def _print_is_up_to_date(module: str, page: Path, folder: Path) -> Verdict:
    """The page is what this module prints."""

    def check() -> str:
        compare = f"import pathlib, sys; sys.exit(pathlib.Path({str(page)!r}).read_bytes() != sys.stdin.buffer.read())"
        words = f"{VENV_PYTHON} -m {module} | {VENV_PYTHON} -c {shlex.quote(compare)}"
        wrong = Command(["bash", "-o", "pipefail", "-c", words], folder)()
        place = page.relative_to(ROOT)
        how = f"cd {folder.relative_to(ROOT)} && python -m {module} > ../../{place}"
        return wrong and f"{place} is not what the code says; to write it anew: {how}\n{wrong}"

    return check


def _carry_out(name: str, check: Verdict, console: Console) -> bool:
    """True when something is wrong."""
    with console.watching(name):
        wrong = check()
    console.say(f"{name}: {'FAILED' if wrong else 'ok'}")
    if wrong:
        print(wrong, flush=True)
    return bool(wrong)
