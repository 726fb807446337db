"""All of them, and the page that lists them: `python -m salon_contracts.metrics.catalogue` prints docs/metrics.md."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from salon_contracts.metrics import chat_worker, main, monitoring, pages, queue, shared
from salon_contracts.metrics.definition import Label, Metric

PARTS: tuple[tuple[str, tuple[Metric, ...]], ...] = (
    ("Every process that does such a thing", shared.ALL),
    ("main and its workers", main.ALL),
    ("The page in a browser, as main counts it", pages.ALL),
    ("queue", queue.ALL),
    ("chat-worker", chat_worker.ALL),
    ("Said by the monitoring: of Kafka, and of its own work", monitoring.ALL),
)
ALL: tuple[Metric, ...] = tuple(metric for _, metrics in PARTS for metric in metrics)

_HEAD = """\
# Metrics

Made from `salon_contracts.metrics`, the one list; `make check` holds it to this page. To write it anew:
`cd services/contracts && python -m salon_contracts.metrics.catalogue > ../../docs/metrics.md`

A name is `<service>_<noun>_<unit>`; `salon_` stands in front of what is measured alike in every process. A counter
ends with `_total` in a query, a histogram with `_bucket`, `_sum` or `_count`. No label has an id of a person, a room or
a coupon event in it: the values of a label are a closed list, or at most as many as stand behind it, and what is one
too many is counted as `other`. `at most` is how many series one process can make of a metric, whatever strangers send.

Each process answers at `/metrics` of its own port, which nginx leads nobody to; beside these stand the library's own
(`process_*`: processor, memory, open files).
"""


def page() -> str:
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _HEAD
    for title, metrics in PARTS:
        yield f"## {title}\n"
        yield from _table(metrics)
        yield ""


def _table(metrics: Sequence[Metric]) -> Iterator[str]:
    yield "| metric | kind | labels | means | at most |"
    yield "|---|---|---|---|---|"
    for metric in metrics:
        labels = ", ".join(map(_shown, metric.labels)) or "–"
        yield f"| `{metric.name}` | {metric.kind.value} | {labels} | {metric.meaning} | {metric.bound:,} |"


def _shown(label: Label) -> str:
    return f"`{label.name}` ({', '.join(label.values) or f'up to {label.most}'})"


if __name__ == "__main__":
    sys.stdout.write(page())
