"""What our processes ask of Kafka, Redis and MongoDB, read from their source."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
Options = dict[str, object]
Sources = Mapping[str, str]
"""Path → source, so that a test can spoil a copy."""

# Wherever one of these stands in a dict of the product, it has this value: also where somebody overrides options.
ALWAYS: Mapping[str, object] = {
    "acks": "all",
    "enable.idempotence": True,
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    "isolation.level": "read_committed",
    "allow.auto.create.topics": False,
}
OF_ANY = frozenset({"socket.timeout.ms", "socket.connection.setup.timeout.ms"})
OF_A_PRODUCER = frozenset({"acks", "enable.idempotence", "linger.ms"}) | OF_ANY
OF_A_CONSUMER = frozenset({"enable.auto.commit", "isolation.level", "auto.offset.reset"}) | OF_ANY
# How long a record may wait for its acknowledgement, under either of its names.
DELIVERY = frozenset({"delivery.timeout.ms", "message.timeout.ms"})
# Begin again or say so; `latest` would pass over what was written meanwhile.
RESETS = frozenset({"earliest", "error"})
# More than this is waiting for company: only a relay that flushes its rounds, or reads rows in rounds, may.
LINGER_MS = {"": 0, "services/queue/coupon_queue/leader/producers.py": 50, "services/main/outbox/producers.py": 5}
WRITES = frozenset(
    {"insert_one", "insert_many", "update_one", "update_many", "replace_one", "delete_one", "delete_many"}
)
NOT_PRODUCT = {"tests", "testing", "node_modules", "migrations"}


def product() -> dict[str, str]:
    found = [*(ROOT / "services").rglob("*.py"), *(ROOT / "deploy").rglob("*.py")]
    paths = [path.relative_to(ROOT) for path in found]
    return {str(path): (ROOT / path).read_text() for path in paths if not NOT_PRODUCT & set(path.parts)}


def weakened(sources: Sources) -> list[str]:
    """Every place that gives a safe setting another value."""
    return [
        f"{path}: {key} is {ast.unparse(value)}"
        for path, source in sources.items()
        for key, value in _pairs(source)
        if key in ALWAYS and not (isinstance(value, ast.Constant) and value.value == ALWAYS[key])
    ]


def lingering(sources: Sources) -> list[str]:
    """Every place that lets a record wait longer for company than was decided for it."""
    return [
        f"{path}: linger.ms is {ast.unparse(value)}"
        for path, source in sources.items()
        for key, value in _pairs(source)
        if key == "linger.ms"
        and not (isinstance(value, ast.Constant) and value.value in {0, LINGER_MS.get(path, LINGER_MS[""])})
    ]


def incomplete_clients(sources: Sources) -> list[str]:
    """Producers and consumers that are made without one of the settings that each must have."""
    wrong = []
    for path, options in clients(sources, "Producer"):
        missing = OF_A_PRODUCER - options.keys()
        if missing or not DELIVERY & options.keys():
            wrong.append(f"{path}: a producer without {', '.join(sorted(missing)) or 'an end to its waiting'}")
    for path, options in clients(sources, "Consumer"):
        if missing := OF_A_CONSUMER - options.keys():
            wrong.append(f"{path}: a consumer without {', '.join(sorted(missing))}")
        reset = options.get("auto.offset.reset")
        if reset not in RESETS and reset != "when_offsets_are_lost":
            wrong.append(f"{path}: after lost offsets it begins at {reset}")
    for path, options in clients(sources, "AdminClient"):
        if missing := OF_ANY - options.keys():
            wrong.append(f"{path}: a client without {', '.join(sorted(missing))}")
    return wrong


def passes_over_what_was_written(sources: Sources) -> list[str]:
    """Consumers that would begin at the end when their offsets are lost."""
    return [
        f"{path}:{node.lineno}"
        for path, source in sources.items()
        for node in _nodes(source)
        if isinstance(node, ast.keyword)
        and node.arg == "when_offsets_are_lost"
        and isinstance(node.value, ast.Constant)
        and node.value.value not in RESETS
    ]


def clients(sources: Sources, name: str) -> Iterator[tuple[str, Options]]:
    """Every `Producer({...})`, with its options: in the call, in a variable, or in what a function returns."""
    ours = {path: source for path, source in sources.items() if path.startswith("services/")}
    made = [(path, call) for path, source in ours.items() for call in _calls(name, source)]
    everywhere = {key: found for source in ours.values() for key, found in _named_dicts(source)}
    for path, call in made:
        yield path, _options(call.args[0], everywhere | dict(_named_dicts(ours[path])))


def _calls(name: str, source: str) -> Iterator[ast.Call]:
    """With arguments, by the plain name."""
    for node in _nodes(source):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name and node.args:
            yield node


def unchecked_waits(sources: Sources) -> list[str]:
    """Functions that ask replicas (WAIT) and do not refuse when too few have answered."""
    return [
        f"{path}: {function.name}"
        for path, source in sources.items()
        if '"WAIT"' in source
        for function in _nodes(source)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and '"WAIT"' in ast.unparse(function).replace("'", '"')
        and not any(isinstance(node, ast.Raise) for node in ast.walk(function))
    ]


def weak_mongodb_writes(sources: Sources) -> list[str]:
    """Writers of MongoDB whose collections do not wait for a majority, and any write outside of the chat-worker."""
    wrong = []
    for path, source in sources.items():
        if "pymongo" not in source:
            continue
        calls = [node for node in _nodes(source) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
        writes = [node for node in calls if _name(node) in WRITES]
        if writes and not path.startswith("services/chat-worker/"):
            wrong.append(f"{path}: writes to what the chat-worker owns")
        if writes:
            collections = [node for node in calls if _name(node) == "get_collection"]
            concerns = [keyword.arg for node in collections for keyword in node.keywords]
            if not collections or concerns.count("write_concern") != len(collections) or 'w="majority"' not in source:
                wrong.append(f"{path}: a write that does not wait for a majority")
            wrong += [
                f"{path}:{node.lineno}: {_name(node)} is ordered: one bad document would hold up the rest"
                for node in writes
                if _name(node) == "insert_many" and "ordered=False" not in ast.unparse(node)
            ]
    return wrong


def unbounded_clients(sources: Sources) -> list[str]:
    """Clients of Redis and MongoDB that may wait for ever, or send a command twice by themselves."""
    wrong = []
    for path, source in sources.items():
        if not path.startswith("services/"):
            continue
        called = {_name(node) for node in _nodes(source) if isinstance(node, ast.Call)}
        if "MongoClient" in called and not {"serverSelectionTimeoutMS", "socketTimeoutMS"} <= _words(source):
            wrong.append(f"{path}: a client of MongoDB that may wait for ever")
        makes_redis = "redis" in source and called & {"from_url", "from_pool", "master_for"}
        if makes_redis and not {"socket_timeout", "socket_connect_timeout", "NoBackoff"} <= _words(source):
            wrong.append(f"{path}: a client of Redis that may wait for ever or send twice")
    return wrong


@cache
def _nodes(source: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(source)))


def _name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _words(source: str) -> set[str]:
    found: set[str] = set()
    for node in _nodes(source):
        if isinstance(node, ast.keyword) and node.arg:
            found.add(node.arg)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, ast.Name):
            found.add(node.id)
    return found


@cache
def _pairs(source: str) -> tuple[tuple[str, ast.expr], ...]:
    return tuple(
        (key.value, value)
        for node in _nodes(source)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    )


@cache
def _named_dicts(source: str) -> tuple[tuple[str, ast.Dict], ...]:
    """The dicts of one module by the name of the variable that holds them, or of the function that returns them."""
    return tuple(_find_named_dicts(source))


def _find_named_dicts(source: str) -> Iterator[tuple[str, ast.Dict]]:
    for node in _nodes(source):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            yield from ((target.id, node.value) for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict) and isinstance(node.target, ast.Name):
            yield node.target.id, node.value
        elif isinstance(node, ast.FunctionDef):
            for part in ast.walk(node):
                if isinstance(part, ast.Return) and isinstance(part.value, ast.Dict):
                    yield node.name, part.value


def _options(node: ast.expr, dicts: Mapping[str, ast.Dict]) -> Options:
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
