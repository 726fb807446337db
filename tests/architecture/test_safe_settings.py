"""The settings that keep the promises are on, and nobody turns them off to make something pass."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ROOT / "services"

Options = dict[str, object]


def _calls(name: str) -> Iterator[tuple[Path, Options]]:
    """Every `name({...})` in the services, with the options that are written out in the call's dict."""
    for path in SERVICES.rglob("*.py"):
        if "tests" in path.parts or "node_modules" in path.parts:
            continue
        tree = ast.parse(path.read_text())
        dicts = {
            target.id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name and node.args:
                yield path.relative_to(ROOT), _options(node.args[0], dicts)


def _options(node: ast.expr, dicts: dict[str, ast.Dict]) -> Options:
    if isinstance(node, ast.Name):
        node = dicts.get(node.id, node)
    if not isinstance(node, ast.Dict):
        return {}
    found: Options = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            found |= _options(value, dicts)
        elif isinstance(key, ast.Constant):
            found[str(key.value)] = value.value if isinstance(value, ast.Constant) else ast.unparse(value)
    return found


PRODUCERS = list(_calls("Producer"))
CONSUMERS = list(_calls("Consumer"))


def test_there_are_producers_and_consumers_to_hold_to_it() -> None:
    assert len(PRODUCERS) >= 3
    assert len(CONSUMERS) >= 4


@pytest.mark.parametrize(("path", "options"), PRODUCERS, ids=str)
def test_every_producer_waits_for_all_replicas_and_is_idempotent(path: Path, options: Options) -> None:
    assert options.get("acks") == "all"
    assert options.get("enable.idempotence") is True


@pytest.mark.parametrize(("path", "options"), CONSUMERS, ids=str)
def test_no_consumer_commits_by_itself_and_each_decides_where_to_begin(path: Path, options: Options) -> None:
    assert options.get("enable.auto.commit") is False
    assert options.get("isolation.level") == "read_committed"
    assert "auto.offset.reset" in options


def test_nobody_uses_the_producer_that_was_measured_to_be_slow() -> None:
    assert [path for path in SERVICES.rglob("*.py") if "AIOProducer(" in path.read_text()] == []


def test_brokers_create_no_topic_by_themselves_and_elect_no_stale_leader() -> None:
    properties = (ROOT / "deploy" / "kafka" / "server.properties").read_text()
    compose = (ROOT / "docker-compose.yml").read_text()

    assert "auto.create.topics.enable=false" in properties
    assert "unclean.leader.election.enable=false" in properties
    assert 'KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false"' in compose


def test_no_secret_stands_in_the_compose_file() -> None:
    lines = (ROOT / "docker-compose.yml").read_text().splitlines()
    told = [
        line
        for line in lines
        if any(word in line.upper() for word in ("PASSWORD:", "SECRET_KEY:", "TOKEN:", "PASSWORD=", "SECRET="))
        and "_FILE" not in line
    ]

    assert told == []


def test_chat_does_not_go_through_a_channel_layer_that_drops() -> None:
    assert [path for path in SERVICES.rglob("*.py") if "channels_redis" in path.read_text()] == []
