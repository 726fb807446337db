"""The settings that keep the promises are on, and nobody turns them off to make something pass."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SERVICES = ROOT / "services"

Options = dict[str, object]


def _calls(name: str) -> Iterator[tuple[Path, Options]]:
    """Every `name({...})` in the services, with its options.

    They stand in the call itself, in a variable, or in what a function of that name returns, also in another module.
    """
    modules = {path: ast.parse(path.read_text()) for path in SERVICES.rglob("*.py") if _is_product(path)}
    everywhere = {key: found for tree in modules.values() for key, found in _named_dicts(tree)}
    for path, tree in modules.items():
        dicts = everywhere | dict(_named_dicts(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name and node.args:
                yield path.relative_to(ROOT), _options(node.args[0], dicts)


def _is_product(path: Path) -> bool:
    return not {"tests", "node_modules"} & set(path.parts)


def _named_dicts(tree: ast.Module) -> Iterator[tuple[str, ast.Dict]]:
    """The dicts of one module by the name of the variable that holds them, or of the function that returns them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            yield from ((target.id, node.value) for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict) and isinstance(node.target, ast.Name):
            yield node.target.id, node.value
        elif isinstance(node, ast.FunctionDef):
            for part in ast.walk(node):
                if isinstance(part, ast.Return) and isinstance(part.value, ast.Dict):
                    yield node.name, part.value


def _options(node: ast.expr, dicts: dict[str, ast.Dict]) -> Options:
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Name | ast.Attribute):
        node = dicts.get(node.id if isinstance(node, ast.Name) else node.attr, node)
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


def test_a_foreign_transaction_that_is_never_ended_holds_readers_back_for_seconds_only() -> None:
    assert "transaction.max.timeout.ms=10000" in (ROOT / "deploy" / "kafka" / "server.properties").read_text()
    assert 'KAFKA_TRANSACTION_MAX_TIMEOUT_MS: "10000"' in (ROOT / "docker-compose.yml").read_text()


def test_no_secret_stands_in_the_compose_file() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    told = [
        f"{service}: {name}"
        for service, facts in services.items()
        for name in facts.get("environment", {})
        # A random one is told to nobody.
        if name.endswith(("PASSWORD", "SECRET", "KEY", "TOKEN")) and "_RANDOM_" not in name
    ]

    assert len(services) >= 10
    assert told == []


def test_chat_does_not_go_through_a_channel_layer_that_drops() -> None:
    assert [path for path in SERVICES.rglob("*.py") if "channels_redis" in path.read_text()] == []
