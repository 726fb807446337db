"""An operator's first questions, answered in words: is it up, is it slow, since which release, which part, what now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from deploy.monitoring.boards import wording
from deploy.monitoring.boards.panel import Board, Unit, quantile
from deploy.monitoring.boards.readings import Firing, Reading, Release, began_under, shown
from deploy.monitoring.expressions import bucket
from deploy.monitoring.prometheus_api import Prometheus
from deploy.monitoring.rules import objectives
from deploy.monitoring.rules.alert import Severity
from salon_contracts.metrics.shared import HTTP_REQUEST_SECONDS

PROCESSES = 'up{job="salon"}'
PAGE = 'min(probe_success{job="page"})'
SLOW, FAILED = objectives.LATENCY.ratio("5m"), objectives.AVAILABILITY.ratio("5m")
P95 = quantile(0.95, bucket(HTTP_REQUEST_SECONDS), "service")
SLOWEST = f"topk(3, {quantile(0.95, bucket(HTTP_REQUEST_SECONDS), 'route')} > 0.5)"
QUERIES = (PROCESSES, PAGE, SLOW, FAILED, P95, SLOWEST)


@dataclass(frozen=True)
class Answer:
    question: str
    text: str
    is_well: bool


@dataclass(frozen=True)
class Seen:
    """What was read before: `now` in seconds since 1970."""

    boards: Sequence[tuple[Board, Sequence[Reading]]]
    alerts: Sequence[Firing]
    releases: Sequence[Release]
    now: float


def answered(prometheus: Prometheus, seen: Seen) -> list[Answer]:
    """Raises NotAnswered."""
    bad = list(dict.fromkeys(_not_well(seen.boards)))
    return [
        _is_it_up(prometheus),
        _does_it_fail(prometheus),
        _is_it_slow(prometheus),
        _since_which_release(seen),
        Answer("Which part?", "; ".join(bad) or "every panel is within its bounds", is_well=not bad),
        _what_to_do(seen.alerts, bad),
    ]


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
    bad = {
        name: share
        for name, share in shares.items()
        if share > objectives.WAKES_SOMEBODY * objectives.AVAILABILITY.allowed
    }
    if not shares:
        return Answer("Do requests fail?", "nobody has asked anything within five minutes", is_well=True)
    text = "of the requests of five minutes " + ", ".join(
        f"{shown(share, Unit.SHARE)} of {name}" for name, share in sorted(shares.items())
    )
    return _answer("Do requests fail?", text, is_well=not bad, is_no_well=True)


def _is_it_slow(prometheus: Prometheus) -> Answer:
    shares, p95 = _by_service(prometheus, SLOW), _by_service(prometheus, P95)
    bad = {
        name: share for name, share in shares.items() if share > objectives.WAKES_SOMEBODY * objectives.LATENCY.allowed
    }
    if not shares:
        return Answer("Is it slow?", "nobody has asked anything within five minutes", is_well=True)
    parts = [f"{name}: {shown(share, Unit.SHARE)} over half a second" for name, share in sorted(shares.items())]
    text = f"{'; '.join(parts)}; p95 now " + ", ".join(
        f"{name} {shown(seconds, Unit.SECONDS)}" for name, seconds in sorted(p95.items())
    )
    slowest = ", ".join(
        f"{one.labels.get('route', '')} {shown(one.value, Unit.SECONDS)}" for one in prometheus.now(SLOWEST) if bad
    )
    text += f"; slowest now {slowest}" if slowest else ""
    return _answer("Is it slow?", text, is_well=not bad, is_no_well=True)


def _since_which_release(seen: Seen) -> Answer:
    """Where something is wrong, under which release it began: of several, the alert that began first."""
    question = "Since which?"
    if not seen.releases:
        return Answer(question, "nothing of ours runs", is_well=False)
    newest = seen.releases[0]
    runs = f"release {newest.version} for {wording.lasting(seen.now - newest.since)}"
    first = next(iter(seen.alerts), None)
    if first is None or first.since is None:
        return Answer(question, f"{runs}, and no alert fires", is_well=True)
    under = began_under(first, seen.releases)
    if under is None:
        return Answer(question, f"{first.name} began before any release that runs now; {runs}", is_well=False)
    after = wording.lasting(first.since - under.since)
    return Answer(question, f"{first.name} began {after} after release {under.version} did; {runs}", is_well=False)


def _what_to_do(alerts: Sequence[Firing], bad: Sequence[str]) -> Answer:
    question = "What do I do?"
    if alerts:
        # Whatever wakes somebody comes before what waits until morning.
        first = min(alerts, key=lambda one: one.severity != Severity.PAGE.value)
        others = {one.name for one in alerts} - {first.name}
        step = next(iter(first.do.splitlines()), f"read docs/runbooks/{first.name}.md")
        more = f" (then {', '.join(sorted(others))}; all steps stand below)" if others else " (all steps stand below)"
        return Answer(question, f"{first.name}: {step}{more}", is_well=False)
    if bad:
        return Answer(question, "nobody is woken by it yet: watch whether it lasts", is_well=False)
    return Answer(question, "nothing", is_well=True)


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
