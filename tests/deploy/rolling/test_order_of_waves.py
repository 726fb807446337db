"""Readers of events go before those who record them, and come back after them: nobody passes over what came later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from deploy.local.rolling.plan import Act, Step, Wave, waves_of, way_back, way_forward
from deploy.processes import PROCESSES, QUEUES, ZONED, ZONED_QUEUES, Process

OLD, NEW = "v1", "v2"
SCALED = (*(one for one in PROCESSES if one.service != "queue"), *QUEUES)
SCALED_ZONES = (*(one for one in ZONED if one.service != "queue"), *ZONED_QUEUES)
TOPOLOGIES = pytest.mark.parametrize(
    "processes", [PROCESSES, ZONED, SCALED, SCALED_ZONES], ids=["small", "zones", "more queues", "more in zones"]
)


def passed_over(processes: Sequence[Process], steps: Sequence[Step], *, at_first: str) -> Iterator[str]:
    """At each start: whichever old reader runs beside a new one that records, as sentences."""
    runs: dict[str, str | None] = {process.name: at_first for process in processes}
    recording = {process.name for process in processes if {"serve", "run_due"} & set(process.command)}
    for step in steps:
        for name in step.wave:
            if step.act is Act.LEAVE:
                runs[name] = None
            if step.act is Act.START:
                runs[name] = step.release
        new = sorted(name for name in recording if runs[name] == NEW)
        old = sorted(name for name in runs.keys() - recording if runs[name] == OLD)
        if new and old:
            yield f"{step}: {old[0]} reads what {new[0]} records"


@TOPOLOGIES
def test_no_reader_of_the_old_release_runs_beside_one_of_the_new_that_records(processes: Sequence[Process]) -> None:
    waves = waves_of(processes)

    assert [*passed_over(processes, way_forward(NEW, waves), at_first=OLD)] == []
    assert [*passed_over(processes, way_back(OLD, waves), at_first=NEW)] == []


@TOPOLOGIES
def test_every_process_is_in_one_wave_and_no_wave_takes_two_zones_or_the_last_main(
    processes: Sequence[Process],
) -> None:
    waves, places = waves_of(processes), {process.name: process.place for process in processes}
    serving = {process.name for process in processes if "serve" in process.command}

    assert sorted(name for wave in waves for name in wave) == sorted(places)
    for wave in waves:
        assert len({places[name] for name in wave}) == 1
        assert serving - set(wave), "somebody answers while it is away"


def zone_by_zone(processes: Sequence[Process]) -> list[Wave]:
    """As it was done before."""
    return [tuple(one.name for one in processes if one.place == zone) for zone in ("a", "b")]


def workers_last(processes: Sequence[Process]) -> list[Wave]:
    return [("main-1", "queue-1"), ("main-2", "queue-2"), tuple(one.name for one in processes[2:5]), ("chat-worker",)]


def test_an_order_in_which_events_are_passed_over_is_found() -> None:
    assert [*passed_over(ZONED, way_forward(NEW, zone_by_zone(ZONED)), at_first=OLD)]
    assert [*passed_over(PROCESSES, way_forward(NEW, workers_last(PROCESSES)), at_first=OLD)]
    assert [*passed_over(PROCESSES, way_back(OLD, workers_last(PROCESSES)), at_first=NEW)]
    backwards = [*reversed(waves_of(ZONED))]
    assert [*passed_over(ZONED, way_back(OLD, backwards), at_first=NEW)]
