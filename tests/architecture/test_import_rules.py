"""Services share the contracts and nothing else, and each process reads its environment in one place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ROOT / "services"
HOMES = {name: SERVICES / name for name in ("main", "queue", "chat-worker", "contracts", "kit")}
# Whatever must never be met inside the contracts: they know no framework, no client and no database.
FRAMEWORKS = {"django", "rest_framework", "channels", "starlette", "redis", "confluent_kafka", "pymongo", "uvicorn"}


def _sources(home: Path) -> Iterator[Path]:
    return (path for path in home.rglob("*.py") if "node_modules" not in path.parts)


def _top_level_names(home: Path) -> set[str]:
    return {path.name for path in home.iterdir() if (path / "__init__.py").exists()}


def _imports(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno


def _uses_of(home: Path, forbidden: set[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in _sources(home)
        for name, line in _imports(path)
        if name.split(".")[0] in forbidden
    ]


@pytest.mark.parametrize("service", HOMES)
def test_no_service_imports_another(service: str) -> None:
    foreign = {"tests", "deploy"}
    for other, home in HOMES.items():
        if other not in (service, "contracts", "kit"):
            foreign |= _top_level_names(home)
    own = _top_level_names(HOMES[service])

    assert _uses_of(HOMES[service], foreign - own) == []


def test_the_contracts_know_no_framework() -> None:
    assert _uses_of(HOMES["contracts"] / "salon_contracts", FRAMEWORKS) == []


# Google, Kakao, Naver and Toss are asked from here, and nobody else: their addresses are settings of providers only.
ASK_STRANGERS = (
    "services/main/accounts/social/providers/remote.py",
    "services/main/payments/provider/remote.py",
)


def test_no_service_calls_another_over_http() -> None:
    clients = {"requests", "httpx", "aiohttp", "urllib3"}
    passed_over = ("/tests/", "conftest.py", *ASK_STRANGERS)

    for service, home in HOMES.items():
        calls = [use for use in _uses_of(home, clients) if not any(part in use for part in passed_over)]
        assert calls == [], service


# For every service: it knows which of three places a setting came from.
READER_OF_THE_ENVIRONMENT = "services/kit/salon_kit/settings/sources.py"


@pytest.mark.parametrize("service", HOMES)
def test_the_environment_is_read_in_one_place(service: str) -> None:
    readers = [
        str(path.relative_to(ROOT))
        for path in _sources(HOMES[service])
        if "tests" not in path.parts and path.name not in {"conftest.py", "manage.py"}
        # `setdefault` writes: it tells Django, or a checker, what the process would otherwise be told.
        if "os.environ" in path.read_text().replace("os.environ.setdefault(", "") or "os.getenv" in path.read_text()
    ]

    assert readers == ([READER_OF_THE_ENVIRONMENT] if service == "kit" else [])


def test_rules_and_queries_know_no_http() -> None:
    ways_in = {"rest_framework", "starlette", "channels"}
    rules = [
        path for home in HOMES.values() for path in _sources(home) if path.stem in {"services", "rules", "queries"}
    ]

    assert len(rules) >= 6
    for path in rules:
        assert {name.split(".")[0] for name, _ in _imports(path)} & ways_in == set(), path


def test_every_lua_script_says_what_it_is_for_and_one_wrapper_names_it() -> None:
    scripts = sorted(
        path for service in ("queue", "main") for path in HOMES[service].rglob("*.lua") if ".local" not in path.parts
    )

    assert len(scripts) >= 20
    for script in scripts:
        assert script.read_text().startswith("--"), f"{script.name} does not say what it is for"
        naming = [path.name for path in script.parent.glob("*.py") if _wraps(path, script)]
        is_prelude = script.stem == "prelude"
        assert len(naming) == (0 if is_prelude else 1), f"{script.name} is wrapped in {naming}"


def _wraps(path: Path, script: Path) -> bool:
    text = path.read_text()
    by_its_own_name = path.stem == script.stem and (
        "Script.beside(__file__)" in text or "Script.beside(__file__, with_rate_limit=True)" in text
    )
    return (
        by_its_own_name
        or f'line_script("{script.parent.name}/{script.stem}"' in text
        or f'Script.beside(__file__, name="{script.stem}")' in text
    )


def test_nothing_is_called_utils() -> None:
    vague = {"utils", "util", "common", "core", "helpers", "misc"}
    named = [
        str(path.relative_to(ROOT))
        for folder in ("services", "deploy", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if "node_modules" not in path.parts and vague & {path.stem, *path.relative_to(ROOT).parent.parts}
    ]

    assert named == []
