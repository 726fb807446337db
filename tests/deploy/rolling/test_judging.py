"""When a new release is worse than the old one, and when that only looks so."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.local.rolling.judgement.access_log import AccessLogs, samples_of
from deploy.local.rolling.judgement.judging import Sample, errors_of, slowness_of

GOOD = Sample(requests=200, errors=0, seconds=(0.02,) * 200)


def _answers(count: int, *, errors: int = 0, seconds: float = 0.02) -> Sample:
    return Sample(count, errors, (seconds,) * count)


@pytest.mark.parametrize(
    ("new", "why"),
    [
        (_answers(100, errors=5), "errors"),
        (_answers(3, errors=3), "errors"),
        (_answers(100, seconds=0.3), "slow"),
    ],
)
def test_a_worse_release_is_seen(new: Sample, why: str) -> None:
    fault = errors_of(new, GOOD) or slowness_of(new, GOOD)

    assert fault is not None
    assert why in fault


@pytest.mark.parametrize(
    ("new", "old"),
    [
        (_answers(100), GOOD),
        (_answers(100, errors=2), GOOD),  # anybody's
        (_answers(100, errors=30), _answers(100, errors=30)),  # what both need is away
        (_answers(100, seconds=0.1), GOOD),  # cold
        (_answers(100, seconds=1.5), _answers(100, seconds=1.2)),  # the machine is busy
        (_answers(5, seconds=3.0), GOOD),  # too few to know
        (Sample(), GOOD),
        (_answers(100), Sample()),
    ],
)
def test_a_release_that_is_no_worse_is_left_alone(new: Sample, old: Sample) -> None:
    assert (errors_of(new, old), slowness_of(new, old)) == (None, None)


def _line(path: str, upstream: str, status: str, seconds: str, *, lasted: float = 0.1, ended_in: float = 2) -> bytes:
    ended = datetime.fromtimestamp(time.time() + ended_in, UTC).isoformat(timespec="seconds")
    entry = {"path": path, "upstream": upstream, "upstream_status": status, "upstream_seconds": seconds}
    return json.dumps({"time": ended, "seconds": lasted, "method": "GET", "status": 200, **entry}).encode()


def test_each_instance_is_charged_with_what_it_answered_itself() -> None:
    line = _line("/api/v1/salons", "127.0.0.1:18101, 127.0.0.1:18102", "502, 200", "0.001, 0.040")

    assert samples_of(line) == [
        ("127.0.0.1:18101", Sample(1, 1, (0.001,))),
        ("127.0.0.1:18102", Sample(1, 0, (0.04,))),
    ]


def test_a_stream_that_lasted_an_hour_is_not_slow() -> None:
    line = _line("/queue/v1/events/5e6c/line", "127.0.0.1:18201", "200", "3600.000")

    assert samples_of(line) == [("127.0.0.1:18201", Sample(1, 0, ()))]


@pytest.mark.parametrize("line", [_line("/", "", "", ""), b"{", b"[]", _line("/x", "127.0.0.1:1", "-", "-")])
def test_what_nobody_behind_nginx_answered_charges_nobody(line: bytes) -> None:
    assert samples_of(line) == []


def test_only_what_came_since_the_last_look_is_read_and_half_a_line_waits(tmp_path: Path) -> None:
    log = tmp_path / "nginx-access.log"
    log.write_bytes(_line("/old", "127.0.0.1:1", "500", "0.1") + b"\n")
    logs = AccessLogs([log])
    whole = _line("/new", "127.0.0.1:1", "200", "0.1") + b"\n"
    with log.open("ab") as file:
        file.write(whole + whole[:20])

    assert logs.new() == {"127.0.0.1:1": Sample(1, 0, (0.1,))}

    with log.open("ab") as file:
        file.write(whole[20:])
    assert logs.new() == {"127.0.0.1:1": Sample(1, 0, (0.1,))}
    assert logs.new() == {}


def test_a_stream_that_was_refused_while_the_old_release_left_is_not_charged_to_the_new_one(tmp_path: Path) -> None:
    """Its line is written when it ends, and names the address that now belongs to another."""
    log = tmp_path / "nginx-access.log"
    log.touch()
    logs = AccessLogs([log])
    moved = ("127.0.0.1:1, 127.0.0.1:2", "502, 101", "0.000, 50.0")
    log.write_bytes(
        _line("/ws/v1/chat", *moved, lasted=50.0) + b"\n" + _line("/ws/v1/chat", *moved, lasted=1.0, ended_in=4) + b"\n"
    )

    assert logs.new() == {"127.0.0.1:1": Sample(1, 1, ()), "127.0.0.1:2": Sample(1, 0, ())}


def test_a_slow_release_is_seen_on_a_busy_machine() -> None:
    """A tenth of the old one's answers are as slow as all of the new one's."""
    old = Sample(100, 0, (0.05,) * 90 + (0.9,) * 10)

    assert slowness_of(_answers(100, seconds=0.65), old)
    assert slowness_of(Sample(100, 0, (0.06,) * 90 + (1.1,) * 10), old) is None
