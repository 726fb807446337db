"""Which series a query asks for by their labels: `python -m deploy.monitoring.selectors` lists what nobody answers.

A label that a metric has not, or a value that it never has, selects nothing, which looks just like all being well.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from deploy.monitoring import names
from deploy.monitoring.boards.catalogue import BOARDS
from deploy.monitoring.scraping.configuration import FOLLOWED
from salon_contracts.metrics import catalogue
from salon_contracts.metrics.definition import OTHER, Metric

DOCS = Path(__file__).parents[2] / "docs"
OF_THE_SCRAPER = frozenset({"job", "instance", "process", "service", "zone", "version", "store"})
# Of metrics that are not ours.
FOREIGN = frozenset(
    {
        "alertname",
        "alertstate",
        "severity",
        "integration",
        "role",
        "member_state",
        "member_role",
        "mountpoint",
        "fstype",
    }
)
JOBS = frozenset(
    {*FOLLOWED, "prometheus", "alertmanager", "relay", "kafka-watch", "node-exporter", "collector", "jaeger"}
)
_OURS: Mapping[str, Metric] = {series: metric for metric in catalogue.ALL for series in metric.series}
_STRING = r'"(?:[^"\\]|\\.)*"'
_SELECTOR = re.compile(rf'([a-zA-Z_:][\w:]*)\s*(\{{(?:[^{{}}"]|{_STRING})*\}})')
_MATCHER = re.compile(rf"(\w+)\s*(=~|!~|!=|=)\s*({_STRING})")
_GROUPED = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
_EXACT, _PATTERN = "=", "=~"


class Matcher(NamedTuple):
    """`how` is what stands between label and value in PromQL."""

    label: str
    how: str
    value: str


class Selector(NamedTuple):
    """`text` is what stands in the query."""

    metric: str
    matchers: tuple[Matcher, ...]
    text: str


def selectors_in(query: str) -> Iterator[Selector]:
    """Those with labels."""
    for found in _SELECTOR.finditer(query):
        matchers = (Matcher(label, how, json.loads(text)) for label, how, text in _MATCHER.findall(found[2]))
        yield Selector(found[1], tuple(matchers), found[0])


def what_is_wrong(query: str, *, shown_by: str = "") -> Iterator[str]:
    """`shown_by` is the label by which a panel names its lines."""
    for selector in selectors_in(query):
        for matcher in selector.matchers:
            yield from _wrong_matcher(selector, matcher)
        yield from _wrong_route(selector)
    asked = [_OURS[name] for name in names.names_in(query) if name in _OURS]
    known = OF_THE_SCRAPER | FOREIGN | {label for metric in asked for label in _labels_of(metric)}
    grouped = {label.strip() for labels in _GROUPED.findall(query) for label in labels.split(",")}
    yield from (f"no metric in it has the label {label}" for label in sorted({*grouped, shown_by} - known - {""}))


def unknown() -> list[str]:
    shown_by = {f"panel {board.uid}/{panel.title}": panel.by for board in BOARDS for panel in board.panels}
    return [
        f"{where}: {wrong}"
        for where, query in names.queries()
        for wrong in what_is_wrong(query, shown_by=shown_by.get(where, ""))
    ]


def _wrong_matcher(selector: Selector, matcher: Matcher) -> Iterator[str]:
    metric = _OURS.get(selector.metric)
    values = _values(metric, matcher.label)
    if values is None:
        yield f"{selector.metric} has no label {matcher.label}"
    elif values:
        wanted = [matcher.value] if matcher.how in {_EXACT, "!="} else matcher.value.split("|")
        yield from (f"{matcher.label} of {selector.metric} is never {one!r}" for one in wanted if one not in values)


def _values(metric: Metric | None, label: str) -> frozenset[str] | None:
    """All that it may be; empty where that is open; None where there is no such label."""
    if label == "job":
        return JOBS
    if label in OF_THE_SCRAPER or (metric is None and label in FOREIGN):
        return frozenset()
    if metric is None:
        return None
    return _labels_of(metric).get(label)


def _labels_of(metric: Metric) -> dict[str, frozenset[str]]:
    labels = {label.name: frozenset({*label.values, OTHER} if label.values else ()) for label in metric.labels}
    ends = {"le": frozenset({"+Inf", *(str(float(end)) for end in metric.buckets)})} if metric.buckets else {}
    return {**labels, **ends}


def _wrong_route(selector: Selector) -> Iterator[str]:
    asked = {one.label: one for one in selector.matchers}
    route, method = asked.get("route"), asked.get("method")
    if route is None or route.how not in {_EXACT, _PATTERN}:
        return
    pattern = re.escape(_PARAMETER.sub(r"{\1}", route.value)) if route.how == _EXACT else route.value
    found = [methods for path, methods in _documented().items() if re.fullmatch(pattern, path)]
    if not found:
        yield f"no route is {route.value}"
    elif method is not None and method.how == _EXACT and not any(method.value in methods for methods in found):
        yield f"{route.value} takes no {method.value}"


@cache
def _documented() -> Mapping[str, frozenset[str]]:
    """Methods by route: main's without a slash in front, as Django writes them, queue's with one."""
    paths = {
        page: json.loads((DOCS / page).read_text(encoding="utf-8"))["paths"]
        for page in ("openapi.json", "queue-openapi.json")
    }
    main = {path.removeprefix("/"): methods for path, methods in paths["openapi.json"].items()}
    return {path: frozenset(map(str.upper, methods)) for path, methods in (main | paths["queue-openapi.json"]).items()}


if __name__ == "__main__":
    wrong = [f"nobody says this metric: {line}" for line in names.unknown()] + unknown()
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    sys.exit(bool(wrong))
