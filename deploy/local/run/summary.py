"""The table at the end of a start: where everything is."""

from __future__ import annotations

from rich.console import Console as Terminal
from rich.table import Table

from deploy.local.places import shown
from deploy.local.run.system import System

# What `manage.py seed` makes, from services/main/salons/seeds.py.
LOGINS = tuple(f"{who}@daengdaeng.test" for who in ("customer", "groomer", "operator"))
PASSWORD = "daengdaeng-demo"  # noqa: S105  # public, and made only where nobody else can sign in


def show(system: System, *, whole: bool, seconds: float) -> None:
    table = Table(title=f"댕댕살롱 · profile {system.profile.name} · ready in {seconds:.1f} s", title_justify="left")
    table.add_column("what")
    table.add_column("where", no_wrap=True, overflow="ignore")
    table.add_column("which")
    if whole:
        url = system.variables["SALON_URL"]
        front = "HAProxy → nginx of each zone" if len(system.profile.topology.zones) > 1 else "nginx"
        table.add_row("page", url, f"{front} → services/web")
        table.add_row("API", f"{url}/api/v1/docs", "two mains")
        table.add_row("operator console", f"{url}/admin/", "Django admin")
        table.add_row("line", f"{url}/queue/v1", "two queues")
        table.add_row("mails", "make mails", shown(system.profile.mails))
        for login in LOGINS:
            table.add_row("sign in", login, f"password {PASSWORD}")
    table.add_row("MySQL", system.servers.mysql_url, _which(system, "mysql"))
    table.add_row("Redis", system.servers.redis_url, system.redis_title)
    table.add_row("Kafka", system.servers.kafka_brokers, system.kafka_title)
    table.add_row("MongoDB", system.servers.mongodb_url, _which(system, "mongodb"))
    table.add_row("photos", system.servers.photo_store_url or "a folder", _which(system, "photos"))
    table.add_row("environment", f"source .local/{system.profile.name}/env.sh", "")
    table.add_row("logs", shown(system.profile.logs), "")
    terminal = Terminal(width=None if Terminal().is_terminal else 120)
    terminal.print(table)
    print("Ctrl-C stops everything that was started here.", flush=True)


def _which(system: System, kind: str) -> str:
    title = system.engine_titles[kind]
    if kind not in system.compromises:
        return title
    return f"[bold yellow]{title}, since {system.compromises[kind]} could not be installed; make setup tries again[/]"
