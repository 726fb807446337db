"""A flood of lines is a few lines and a number, in the one shape, whenever the logger was made."""

from __future__ import annotations

import json
import subprocess
import sys

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
