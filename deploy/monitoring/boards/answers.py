"""An operator's first questions, answered in words: is it up, is it slow, which part is not well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from deploy.monitoring.boards.panel import Board, Unit, quantile
from deploy.monitoring.boards.readings import Reading, shown
from deploy.monitoring.expressions import bucket
from deploy.monitoring.prometheus_api import Prometheus
from deploy.monitoring.rules import objectives
from salon_contracts.metrics.shared import HTTP_REQUEST_SECONDS

PROCESSES = 'up{job="salon"}'
PAGE = 'min(probe_success{job="page"})'
SLOW, FAILED = objectives.LATENCY.ratio("5m"), objectives.AVAILABILITY.ratio("5m")
P95 = quantile(0.95, bucket(HTTP_REQUEST_SECONDS), "service")
QUERIES = (PROCESSES, PAGE, SLOW, FAILED, P95)
# As the alert that wakes somebody has it.
_TOO_OFTEN = 14.4


@dataclass(frozen=True)
class Answer:
    question: str
    text: str
    is_well: bool


def answered(prometheus: Prometheus, boards: Sequence[tuple[Board, Sequence[Reading]]]) -> list[Answer]:
    """`boards` as they were read. Raises NotAnswered."""
    return [_is_it_up(prometheus), _does_it_fail(prometheus), _is_it_slow(prometheus), _which_part(boards)]


def _is_it_up(prometheus: Prometheus) -> Answer:
    asked = {one.labels["process"]: one.value for one in prometheus.now(PROCESSES)}
    silent = sorted(process for process, value in asked.items() if value == 0)
    page = any(one.value == 1 for one in prometheus.now(PAGE))
    text = f"{len(asked) - len(silent)} of {len(asked)} processes answer"
    text += f" (not {', '.join(silent)})" if silent else ""
    text += ", and so does the page" if page else ", and the page does not"
    return _answer("Is it up?", text, is_well=bool(asked) and not silent and page)


def _does_it_fail(prometheus: Prometheus) -> Answer:
    shares = _by_service(prometheus, FAILED)
    bad = {name: share for name, share in shares.items() if share > _TOO_OFTEN * objectives.AVAILABILITY.allowed}
    if not shares:
        return Answer("Do requests fail?", "nobody has asked anything within five minutes", is_well=True)
    text = "of the requests of five minutes " + ", ".join(
        f"{shown(share, Unit.SHARE)} of {name}" for name, share in sorted(shares.items())
    )
    return _answer("Do requests fail?", text, is_well=not bad, is_no_well=True)


def _is_it_slow(prometheus: Prometheus) -> Answer:
    shares, p95 = _by_service(prometheus, SLOW), _by_service(prometheus, P95)
    bad = {name: share for name, share in shares.items() if share > _TOO_OFTEN * objectives.LATENCY.allowed}
    if not shares:
        return Answer("Is it slow?", "nobody has asked anything within five minutes", is_well=True)
    parts = [f"{name}: {shown(share, Unit.SHARE)} over half a second" for name, share in sorted(shares.items())]
    text = f"{'; '.join(parts)}; p95 now " + ", ".join(
        f"{name} {shown(seconds, Unit.SECONDS)}" for name, seconds in sorted(p95.items())
    )
    return _answer("Is it slow?", text, is_well=not bad, is_no_well=True)


def _which_part(boards: Sequence[tuple[Board, Sequence[Reading]]]) -> Answer:
    bad = list(dict.fromkeys(_not_well(boards)))
    return Answer("Which part?", "; ".join(bad) or "every panel is within its bounds", is_well=not bad)


def _not_well(boards: Sequence[tuple[Board, Sequence[Reading]]]) -> Iterator[str]:
    for board, read in boards:
        for reading in read:
            for value in reading.values:
                if value.is_bad:
                    name = f" {value.name}" if value.name else ""
                    yield f"{board.title}, {reading.panel.title}{name}: {shown(value.value, reading.panel.unit)}"


def _answer(question: str, text: str, *, is_well: bool, is_no_well: bool = False) -> Answer:
    """Yes or no in front: to some of the questions no is what one wants to read."""
    return Answer(question, f"{'yes' if is_well != is_no_well else 'no'}: {text}", is_well)


def _by_service(prometheus: Prometheus, query: str) -> Mapping[str, float]:
    return {
        one.labels.get("service", ""): one.value
        for one in prometheus.now(query)
        if one.value == one.value  # not NaN
    }
