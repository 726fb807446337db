"""Waits that stand in one another: who is called gives up before who calls, and says why."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[3]
# A name for a wait, and its seconds.
Ladder = Sequence[tuple[str, float]]


def out_of_order(ladder: Ladder) -> list[str]:
    """Neighbours of which the first does not end before the second."""
    return [f"{a} {first:g} s, {b} {second:g} s" for (a, first), (b, second) in pairwise(ladder) if first >= second]


def constant(path: str, name: str) -> float:
    """A number that a module gives a name to, or an argument, or a setting's default. Raises LookupError."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        value = _value_under(name, node)
        if isinstance(value, ast.Constant) and isinstance(value.value, int | float):
            return float(value.value)
    raise LookupError(f"{path} has no number for {name}")


def _value_under(name: str, node: ast.AST) -> ast.expr | None:
    match node:
        case ast.keyword(arg=arg, value=value) if arg == name:
            return value
        case ast.AnnAssign(target=ast.Name(id=id_), value=value) if id_ == name:
            return value
        case ast.Assign(targets=[ast.Name(id=id_)], value=value) if id_ == name:
            return value
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return next((value for key, value in pairs if isinstance(key, ast.Constant) and key.value == name), None)
    return None


def milliseconds(path: str, name: str) -> float:
    return constant(path, name) / 1000


def nginx(name: str) -> float:
    """The first one in the site's template: the server's own."""
    return _seconds(ROOT / "deploy" / "nginx" / "site.conf.template", rf"^\s*{name} (\w+);")


def haproxy(name: str) -> float:
    return _seconds(ROOT / "deploy" / "haproxy" / "haproxy.cfg.template", rf"^\s*timeout {name} (\w+)")


def broker(name: str) -> float:
    """Of the local brokers' template, whose values Compose has too (test_safe_servers)."""
    text = (ROOT / "deploy" / "kafka" / "server.properties").read_text()
    found = re.search(rf"^{re.escape(name)}=(\d+)$", text, re.MULTILINE)
    if found is None:
        raise LookupError(f"server.properties has no {name}")
    return int(found[1]) / 1000


def haproxy_check(name: str) -> float:
    """Between two looks at a zone."""
    return _seconds(ROOT / "deploy" / "haproxy" / "haproxy.cfg.template", rf"^\s*default-server .*\b{name} (\w+)")


def stop_grace(service: str) -> float:
    """The shortest of both Compose files, for services that begin with this name."""
    found = []
    for name in ("docker-compose.yml", "docker-compose.ha.yml"):
        services = yaml.safe_load((ROOT / name).read_text())["services"]
        found += [
            float(facts["stop_grace_period"].removesuffix("s"))
            for key, facts in services.items()
            if key.startswith(service)
        ]
    return min(found)


def _seconds(path: Path, pattern: str) -> float:
    found = re.search(pattern, path.read_text(), re.MULTILINE)
    if found is None:
        raise LookupError(f"{path.name} has no {pattern}")
    number, unit = re.fullmatch(r"(\d+)(ms|s|m|h)", found[1]).groups()  # type: ignore[union-attr]  # as nginx has it
    return float(number) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[unit]
