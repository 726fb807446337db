"""A flood of lines is a few lines and a number, in the one shape, and so are the lines of an outage."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from typing import Any

import pytest

from salon_kit import outage_lines
from salon_kit.outage_lines import OutageLines, outage

A_FLOOD = """
import logging, time
from salon_kit.bounded_lines import BoundedLines
from salon_kit.logs import configure_logs, get_logger

log = get_logger("flood")
lines = BoundedLines(log, logging.ERROR, "lines_left_out")  # as in modules, which are imported before
configure_logs(service="test", log_format="json")
for number in range(100):
    lines.write(log.warning, "one_line", number=number)
time.sleep(1.1)
lines.look()
"""


def test_a_flood_is_ten_lines_and_the_number_of_the_others() -> None:
    ran = subprocess.run([sys.executable, "-c", A_FLOOD], capture_output=True, text=True, check=True)

    lines = [json.loads(line) for line in ran.stderr.splitlines()]
    assert [line["number"] for line in lines[:-1]] == list(range(len(lines) - 1))
    assert (lines[-1]["event"], lines[-1]["level"], lines[-1]["service"]) == ("lines_left_out", "error", "test")
    assert len(lines) - 1 + lines[-1]["count"] == 100
    assert len(lines) < 100


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    monkeypatch.setattr(outage_lines, "_lines", OutageLines())
    return []


def _write(written: list[dict[str, Any]]) -> Any:
    return lambda event, **facts: written.append({"event": event, **facts})


def test_the_first_line_comes_at_once_and_the_next_one_tells_how_many_it_stands_for(
    written: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("salon_kit.outage_lines.time.monotonic", lambda: now[0])

    for _ in range(500):
        outage(_write(written), "redis_is_away", error="refused")
    now[0] += outage_lines.EVERY_SECONDS
    outage(_write(written), "redis_is_away", error="refused")

    assert [line["times"] for line in written] == [1, 500]


def test_one_outage_does_not_hide_another(written: list[dict[str, Any]]) -> None:
    for role in ("primary", "secondary", "primary"):
        outage(_write(written), "mysql_member_not_found", role=role)
    outage(_write(written), "redis_is_away", error="refused")
    for code in ("ALL_BROKERS_DOWN", "TOPIC_AUTHORIZATION_FAILED", "ALL_BROKERS_DOWN"):
        outage(_write(written), "kafka_error", code=code)

    assert [line.get("role") or line.get("code") or line["event"] for line in written] == [
        "primary",
        "secondary",
        "redis_is_away",
        "ALL_BROKERS_DOWN",
        "TOPIC_AUTHORIZATION_FAILED",
    ]


def test_memory_does_not_grow_with_what_errors_say(written: list[dict[str, Any]]) -> None:
    for number in range(100):
        outage(_write(written), "redis_is_away", error=f"refused {number}")

    assert len(written) == 1


def test_of_lines_from_many_threads_none_is_counted_twice_or_lost() -> None:
    lines = OutageLines(every_seconds=0.005)
    stood_for: list[int] = []

    def many() -> None:
        stood_for.extend(times for _ in range(2_000) if (times := lines.times("away")))

    threads = [threading.Thread(target=many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rest = lines._left_out.get("away", 0)

    assert sum(stood_for) + rest == 16_000
