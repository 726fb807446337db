"""The programs of the monitoring: Debian's, and two of ours."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from deploy.local.monitoring import targets
from deploy.local.monitoring.place import Place
from deploy.local.places import SECRETS, VENV_PYTHON, tool
from deploy.local.run.nginx import status_socket
from deploy.local.run.probes import HOST, accepts, serves
from deploy.local.run.program import Program, nothing
from deploy.local.settings import environment, secrets_store
from deploy.local.settings.dotenv import Choices
from deploy.monitoring.scraping import configuration

KEPT_DAYS, KEPT_MOST = "15d", "2GB"
DISKS = "^/(dev|proc|sys|run)($|/)"


def channels(choices: Choices) -> dict[str, Path]:
    """By name, the file with the address of each that people read."""
    files = {"discord": choices.discord_webhook_file, "slack": choices.webhook_file}
    return {name: file for name, file in files.items() if file}


def of(place: Place, choices: Choices) -> list[Program]:
    """Without those for a store of somebody else's, who watches it there."""
    return [
        _prometheus(place),
        _alertmanager(place, (*channels(choices), "file")),
        _relay(place, choices),
        _kafka_watch(place, choices),
        _exporter(place, "node-exporter", f"--collector.filesystem.mount-points-exclude={DISKS}"),
        _blackbox(place),
        *([] if choices.redis_url else [_exporter(place, "redis-exporter", "-redis.addr=")]),
        *([] if choices.mysql_url else _mysqld_exporters(place)),
        *(_nginx_exporter(place, nginx, name) for nginx, name in targets.nginx_exporters(place).items()),
    ]


def _prometheus(place: Place) -> Program:
    port, state = place.port("prometheus"), place.profile.state
    data = place.profile.data("prometheus")

    def prepare() -> None:
        data.mkdir(parents=True, exist_ok=True)
        targets.write(place)
        _write(state / "prometheus.yml", configuration.prometheus(place.where))

    words = [
        f"--config.file={state / 'prometheus.yml'}",
        f"--storage.tsdb.path={data}",
        f"--storage.tsdb.retention.time={KEPT_DAYS}",
        f"--storage.tsdb.retention.size={KEPT_MOST}",
        f"--web.listen-address={HOST}:{port}",
    ]
    return _program("prometheus", port, words, prepare, ready="/-/ready", command="prometheus")


def _alertmanager(place: Place, names: tuple[str, ...]) -> Program:
    port, state = place.port("alertmanager"), place.profile.state
    path = state / "alertmanager.yml"
    words = [
        f"--config.file={path}",
        f"--storage.path={place.profile.data('alertmanager')}",
        f"--web.listen-address={HOST}:{port}",
        # One only: it has nobody to agree with.
        "--cluster.listen-address=",
    ]
    prepare = partial(_write, path, configuration.alertmanager(place.where, names))
    return _program("alertmanager", port, words, prepare, ready="/-/ready", command="prometheus-alertmanager")


def _relay(place: Place, choices: Choices) -> Program:
    port = place.port("relay")
    words = ["-m", "deploy.monitoring.people.relay", "--port", str(port)]
    words += ["--file", str(place.profile.logs / "messages.jsonl")]
    words += [word for name, file in channels(choices).items() for word in (f"--{name}", str(file))]
    words += ["--dashboards", choices.dashboard_url or f"{place.status_page.as_uri()}#{{board}}"]
    words += ["--prometheus", f"http://{place.where.at('prometheus')}", "--daily-at", f"{choices.daily_at:%H:%M}"]
    words += ["--daily-notes", str(place.profile.data("daily"))]
    return _ours("relay", port, words)


def _kafka_watch(place: Place, choices: Choices) -> Program:
    port = place.port("kafka-watch")
    where = environment.servers(place.watched, choices)
    words = ["-m", "deploy.monitoring.kafka.watch", "--port", str(port), "--brokers", where.kafka_brokers]
    password = where.password_files.get("kafka")
    return _ours("kafka-watch", port, words + (["--password-file", str(password)] if password else []))


def _blackbox(place: Place) -> Program:
    path = place.profile.state / "blackbox.yml"
    prepare = partial(_write, path, configuration.PROBES)
    return _exporter(place, "blackbox-exporter", f"--config.file={path}", prepare=prepare)


def _mysqld_exporters(place: Place) -> list[Program]:
    return [_mysqld_exporter(place, store, name) for store, name in targets.mysql_exporters(place).items()]


def _mysqld_exporter(place: Place, store: str, name: str) -> Program:
    path = place.profile.state / f"{name}.cnf"

    def prepare() -> None:
        password = (SECRETS / secrets_store.DATABASE_PASSWORD).read_text(encoding="utf-8").strip()
        port = place.watched.port(store)
        _write_secret(path, f"[client]\nuser=salon\npassword={password}\nhost={HOST}\nport={port}\n")

    collected = "--collect.perf_schema.replication_group_members"
    group = [collected] if len(place.watched.topology.members("mysql")) > 1 else []
    return _exporter(
        place, name, f"--config.my-cnf={path}", *group, command="prometheus-mysqld-exporter", prepare=prepare
    )


def _nginx_exporter(place: Place, nginx: str, name: str) -> Program:
    address = f"-nginx.scrape-uri=unix:{status_socket(place.watched, nginx)}:/status"
    words = (address, "-nginx.retries=1", "-nginx.retry-interval=1s")
    return _exporter(place, name, *words, command="prometheus-nginx-exporter", dashes="-")


def _exporter(
    place: Place,
    name: str,
    *words: str,
    command: str = "",
    prepare: Callable[[], None] = nothing,
    dashes: str = "--",
) -> Program:
    port = place.port(name)
    listen = f"{dashes}web.listen-address={HOST}:{port}"
    return _program(name, port, [listen, *words], prepare, ready="/metrics", command=command or f"prometheus-{name}")


def _ours(name: str, port: int, words: Sequence[str]) -> Program:
    return Program(name, [str(VENV_PYTHON), *words], [port], serves(f"http://{HOST}:{port}/healthz"))


def _program(
    name: str, port: int, words: Sequence[str], prepare: Callable[[], None], *, ready: str, command: str
) -> Program:
    is_ready = serves(f"http://{HOST}:{port}{ready}") if ready != "/metrics" else accepts(port)
    return Program(name, [tool(command) or command, *words], [port], is_ready, prepare=prepare)


def _write(path: Path, document: dict[str, Any]) -> None:
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")


def _write_secret(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
