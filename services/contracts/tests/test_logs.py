"""One log shape: a library's line and ours look alike and carry the trace id."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from salon_contracts.logs import configure_logs, get_logger, trace_id_from, traced

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def _root_logger_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_our_lines_and_the_libraries_have_one_shape(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(service="queue", log_format="json")

    with traced("click-0001", event="spring"):
        get_logger("coupon_queue").info("customers_admitted", admitted=3)
        logging.getLogger("some.library").warning("slow %s", "disk")

    ours, theirs = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert ours["event"] == "customers_admitted"
    assert ours["admitted"] == 3
    assert theirs["event"] == "slow disk"
    for line in (ours, theirs):
        assert line["service"] == "queue"
        assert line["trace_id"] == "click-0001"
        assert {"timestamp", "level", "logger"} <= line.keys()


@pytest.mark.parametrize("header", [None, "", "short", "x" * 65, "has space in it", "new\nline-in-the-id"])
def test_a_strange_request_id_is_replaced_not_believed(header: str | None) -> None:
    assert trace_id_from(header) != header


def test_a_sane_request_id_is_kept() -> None:
    assert trace_id_from("3f2a-0001-click") == "3f2a-0001-click"
