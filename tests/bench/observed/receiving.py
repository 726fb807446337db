"""Who takes spans and log lines while they are switched on: the collector of `make monitoring` where it was built."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from deploy.local.monitoring.pipeline.install import COLLECTOR
from deploy.local.monitoring.place import Place
from deploy.local.places import ROOT, VENV_PYTHON
from deploy.local.run.probes import HOST, accepts, serves
from deploy.monitoring.collecting import configuration
from tests.bench.measured_process import MeasuredProcess
from tests.bench.places import BENCH, LOGS, PROFILE

A_SINK = "a program that reads them and keeps nothing"


@dataclass(frozen=True)
class Receiver:
    """`endpoint` takes spans by OTLP over HTTP."""

    what: str
    endpoint: str


@contextmanager
def receiver() -> Iterator[Receiver]:
    """On whatever core this process has. Where they would be kept is on another machine; here that is a sink."""
    place = Place(PROFILE)
    kept_at, taken_at = place.port("jaeger-spans"), place.port("collector")
    with ExitStack() as stack:
        stack.enter_context(_sink(kept_at))
        if not COLLECTOR.program.exists():
            yield Receiver(A_SINK, f"http://{HOST}:{kept_at}/v1/traces")
            return
        stack.enter_context(_collector(place))
        what = f"{COLLECTOR.title}, which also reads their log files and sends all of it to {A_SINK}"
        yield Receiver(what, f"http://{HOST}:{taken_at}/v1/traces")


def _sink(port: int) -> MeasuredProcess:
    command = [str(VENV_PYTHON), "-m", "tests.bench.observed.sink", str(port)]
    return MeasuredProcess(
        name="sink", command=command, ready=accepts(port), log=LOGS / "sink.log", core=None, cwd=ROOT
    )


def _collector(place: Place) -> MeasuredProcess:
    names = ("collector", "collector-health", "collector-metrics", "jaeger-spans")
    spans, health, metrics, sink = (f"{HOST}:{place.port(name)}" for name in names)
    folder, offsets = BENCH / "collector", BENCH / "collector" / "offsets"
    offsets.mkdir(parents=True, exist_ok=True)
    places = configuration.Places(spans, health, metrics, logs_to=sink, spans_to=sink, offsets=str(offsets))
    document = configuration.collector(places, [str(LOGS / "main-*.log"), str(LOGS / "queue-*.log")])
    (folder / "collector.yml").write_text(json.dumps(document, indent=1), encoding="utf-8")
    command = [str(COLLECTOR.program), "--config", str(folder / "collector.yml")]
    return MeasuredProcess(
        name="collector", command=command, ready=serves(f"http://{health}"), log=LOGS / "collector.log", core=None
    )
