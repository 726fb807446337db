"""The report says what was found, and nothing in it can break the page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.demo.checkers.drop import judge_drop
from tests.demo.report.page import all_hold, document_of, page_of, write_report
from tests.demo.report.plot import drop_over_time
from tests.demo.result import Result
from tests.demo.tests.honest import honest_drop
from tests.harness.statements import Statement

pytestmark = pytest.mark.unit

HOLDS = Statement("all is well", holds=True, evidence="seen")
FAILS = Statement("nobody <b>waits</b>", holds=False, evidence="<script>alert(1)</script>")


def test_a_demo_without_a_single_statement_does_not_hold() -> None:
    assert not all_hold([])
    assert not all_hold([Result("drop", 1.0, ())])


@pytest.mark.parametrize(
    "result",
    [Result("drop", 1.0, (HOLDS, FAILS)), Result("drop", 1.0, (HOLDS,), broke_off="the line went away")],
)
def test_one_failure_anywhere_is_a_failure_of_the_whole(result: Result) -> None:
    assert not all_hold([Result("chat", 1.0, (HOLDS,)), result])
    assert all_hold([Result("chat", 1.0, (HOLDS,))])


def test_the_page_shows_every_statement_and_takes_no_markup_from_evidence() -> None:
    document = document_of([Result("drop & more", 1.0, (HOLDS, FAILS), broke_off="<i>cut</i>")], facts={})

    page = page_of(document, plot=None)

    assert "all is well" in page
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert "<i>cut" not in page
    assert "Not every statement holds." in page


def test_the_report_is_written_as_a_page_with_the_plot_inside_and_as_json(tmp_path: Path) -> None:
    drop = honest_drop()
    document = document_of([Result("drop", 2.5, tuple(judge_drop(drop)))], facts={"coupon event": "e"})

    page = write_report(tmp_path, document, plot=drop_over_time(drop))

    text = page.read_text(encoding="utf-8")
    assert "<svg" in text
    assert "told: sold out" in text
    assert not re.search(r"""(src|href)=["'](?!#)|@import|url\((?!#)""", text), "the page would load something"
    read = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert read["holds"] is True
    assert read["scenarios"][0]["statements"][0]["name"] == "every customer joined"
