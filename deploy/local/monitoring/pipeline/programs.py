"""The programs through which logs and spans go, with data and ports of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from deploy.local.monitoring.pipeline.install import COLLECTOR, JAEGER, VICTORIA_LOGS
from deploy.local.monitoring.place import Place
from deploy.local.run.probes import HOST, serves
from deploy.local.run.program import Program
from deploy.monitoring.collecting import configuration

LOGS_KEPT, LOGS_MOST = "14d", "2GB"


def of(place: Place) -> list[Program]:
    return [_victoria_logs(place), _jaeger(place), _collector(place)]


def log_files(place: Place) -> list[str]:
    """Of our processes, also of those that are scaled to later, and of the edge; no store's."""
    names = {process.name for process in place.watched.topology.processes}
    return [str(place.watched.logs / f"{name}.log") for name in sorted(names | {"main-*", "queue-*", "balancer"})] + [
        str(place.watched.logs / "nginx*-access.log")
    ]


def _victoria_logs(place: Place) -> Program:
    port = place.port("victoria-logs")
    words = [
        f"-storageDataPath={place.profile.data('victoria-logs')}",
        f"-httpListenAddr={HOST}:{port}",
        f"-retentionPeriod={LOGS_KEPT}",
        f"-retention.maxDiskSpaceUsageBytes={LOGS_MOST}",
        "-loggerLevel=WARN",
    ]
    return _program(VICTORIA_LOGS.program, words, [port], f"{HOST}:{port}/health", lambda: None)


def _collector(place: Place) -> Program:
    path = place.profile.state / "collector.yml"
    offsets = place.profile.data("collector")
    places = configuration.Places(
        spans=_at(place, "collector"),
        health=_at(place, "collector-health"),
        metrics=_at(place, "collector-metrics"),
        logs_to=_at(place, "victoria-logs"),
        spans_to=_at(place, "jaeger-spans"),
        offsets=str(offsets),
    )

    def prepare() -> None:
        offsets.mkdir(parents=True, exist_ok=True)
        _write(path, configuration.collector(places, log_files(place)))

    ports = [place.port(name) for name in ("collector", "collector-health", "collector-metrics")]
    return _program(COLLECTOR.program, ["--config", str(path)], ports, places.health, prepare)


def _jaeger(place: Place) -> Program:
    path, data = place.profile.state / "jaeger.yml", place.profile.data("jaeger")
    names = ("jaeger", "jaeger-spans", "jaeger-grpc", "jaeger-health", "jaeger-metrics")
    page, spans, grpc, health, metrics = (_at(place, name) for name in names)

    def prepare() -> None:
        data.mkdir(parents=True, exist_ok=True)
        kept = {"metrics": metrics, "data": str(data)}
        _write(path, configuration.jaeger(spans=spans, page=page, grpc=grpc, health=health, **kept))

    ports = [place.port(name) for name in names]
    return _program(JAEGER.program, ["--config", str(path)], ports, f"{health}/status", prepare)


def _program(
    program: Path, words: Sequence[str], ports: Sequence[int], ready: str, prepare: Callable[[], None]
) -> Program:
    return Program(program.name, [str(program), *words], list(ports), serves(f"http://{ready}"), prepare=prepare)


def _at(place: Place, name: str) -> str:
    return f"{HOST}:{place.port(name)}"


def _write(path: Path, document: dict[str, Any]) -> None:
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
