"""What takes logs and spans is pinned whole, reached from this machine only, and left out where it cannot be built."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.console import Console
from deploy.local.engines import go_tool
from deploy.local.failure import CannotGoOn
from deploy.local.install import steps
from deploy.local.monitoring.logs import Wanted
from deploy.local.monitoring.pipeline import install, programs
from deploy.local.monitoring.place import Place
from deploy.local.settings.profiles import Profile
from deploy.monitoring.collecting import configuration

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize("built", install.ALL, ids=lambda built: built.name)
def test_every_module_is_pinned_by_its_sums(built: install.Built) -> None:
    required = re.findall(r"^\s+(\S+) (v\S+)", (built.module / "go.mod").read_text(), re.MULTILINE)
    sums = (built.module / "go.sum").read_text()

    assert required
    assert all(f"{name} {version}/go.mod h1:" in sums for name, version in required)


def test_the_collector_is_what_its_builder_makes_of_its_list() -> None:
    module = install.COLLECTOR.module
    wanted = yaml.safe_load((module / "builder.yaml").read_text())
    parts = [one["gomod"] for kind in ("receivers", "processors", "exporters", "extensions") for one in wanted[kind]]

    pinned, made = (module / "go.mod").read_text(), (module / "components.go").read_text()
    assert all(f"\t{part}\n" in pinned for part in parts)
    assert all(f'"{part}"' in made for part in parts)


def test_what_cannot_be_built_is_told_with_a_way_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_source: Path, package: str, _program: Path, log: Path) -> None:
        log.write_text("no such module")
        raise subprocess.CalledProcessError(1, ["go", "install", package])

    monkeypatch.setattr(install, "PARTS", tmp_path)
    monkeypatch.setattr(steps, "STAMPS", tmp_path / "stamps")
    monkeypatch.setattr(steps, "SETUP_LOGS", tmp_path / "logs")
    monkeypatch.setattr(go_tool, "on_machine", lambda: True)
    monkeypatch.setattr(go_tool, "build_module", broken)

    with Console() as console:
        failures = install.install(console)

    assert set(failures) == {built.name for built in install.ALL}
    assert all("METRICS_ONLY=1" in str(failure) for failure in failures.values())
    assert all("no such module" in str(failure) for failure in failures.values())


def _documents(profile: Profile) -> dict[str, dict[str, Any]]:
    place = Place(profile)
    place.profile.state.mkdir(parents=True)
    for program in programs.of(place):
        program.prepare()
    return {path.stem: json.loads(path.read_text()) for path in place.profile.state.glob("*.yml")}


def test_nothing_of_it_is_reached_from_another_machine(profile: Profile) -> None:
    written = json.dumps(_documents(profile))

    addresses = re.findall(r'"(?:http://)?([^":/]+):\d+[/"]', written)
    assert set(addresses) == {"127.0.0.1"}
    assert "-httpListenAddr=127.0.0.1:" in " ".join(
        word for program in programs.of(Place(profile)) for word in program.command
    )


def test_only_files_of_ours_and_of_nginx_are_read(profile: Profile) -> None:
    read = {Path(path).name for path in programs.log_files(Place(profile))}

    assert {"queue-*.log", "main-*.log", "chat-worker.log", "issue-coupons.log", "nginx*-access.log"} <= read
    assert not any(store in name for store in ("mysql", "redis", "kafka", "postgres") for name in read)


def test_every_pipeline_is_made_of_what_is_configured() -> None:
    places = configuration.Places("h:1", "h:2", "h:3", "h:4", "h:5", "/offsets")
    jaeger = configuration.jaeger(spans="h:1", page="h:2", grpc="h:3", health="h:4", metrics="h:5", data="/data")

    for document in (configuration.collector(places, ["/logs/*.log"]), jaeger):
        for pipeline in document["service"]["pipelines"].values():
            for kind, names in pipeline.items():
                assert set(names) <= document[kind].keys()
        assert set(document["service"]["extensions"]) == document["extensions"].keys()


@pytest.mark.parametrize(
    ("wanted", "query"),
    [
        (Wanted(), "*"),
        (Wanted(trace=TRACE), f'trace_id:="{TRACE}"'),
        (Wanted(trace="4BF92F35-77B3-4DA6-A3CE-929D0E0E4736"), f'trace_id:="{TRACE}"'),
        (Wanted(service="queue", since="15m"), '_time:15m "service.name":="queue"'),
        (Wanted(level="error"), "level:in(error,critical)"),
        (Wanted(words='say "쿠폰"'), '"say \\"쿠폰\\""'),
        (Wanted(service='" or *'), '"service.name":="\\" or *"'),
    ],
)
def test_what_is_asked_becomes_one_query(wanted: Wanted, query: str) -> None:
    assert wanted.query() == query


@pytest.mark.parametrize("wanted", [Wanted(trace="click"), Wanted(level="loud"), Wanted(since="a while")])
def test_what_is_no_question_is_told_so(wanted: Wanted) -> None:
    with pytest.raises(CannotGoOn):
        wanted.query()
