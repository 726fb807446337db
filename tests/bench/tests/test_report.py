from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.results import page, report
from tests.bench.results.report import Claim, Measured

pytestmark = pytest.mark.unit


def test_a_bound_is_met_at_its_edge_and_not_beyond() -> None:
    assert Claim("", 120, 100, at_most=1.2).met is True
    assert Claim("", 121, 100, at_most=1.2).met is False
    assert Claim("", 50, 100, at_least=0.5).met is True
    assert Claim("", 49, 100, at_least=0.5).met is False


def test_what_was_not_measured_is_null_and_neither_met_nor_missed() -> None:
    claim = Claim("", None, 100, at_most=1.0)

    assert (claim.ratio, claim.met) == (None, None)
    assert Measured(claims=(Claim("", 1, 2, at_most=1.0), claim)).row(command="")["met"] is None


def test_a_row_is_met_only_when_all_its_claims_are() -> None:
    row = Measured(claims=(Claim("", 1, 2, at_most=1.0), Claim("", 3, 2, at_most=1.0))).row(command="make bench")

    assert row["met"] is False
    assert (row["ours"], row["peer"], row["ratio"], row["goal"]) == (1, 2, 0.5, "<= 1.0")


def test_a_run_of_one_row_keeps_the_others_and_leaves_null_where_there_was_never_a_run(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    report.write(path, {"S1": {"ours": 1}})

    report.write(path, {"S3": {"ours": 3}})

    written = json.loads(path.read_text())
    assert (written["S1"], written["S2"], written["S3"]) == ({"ours": 1}, None, {"ours": 3})


def test_the_page_says_what_was_missed_and_what_was_not_measured(tmp_path: Path) -> None:
    row = Measured(claims=(Claim("joins <fast>", 1, 4, at_least=0.5),)).row(command="make bench")

    page.write(tmp_path / "page.html", {"S2": None, "S3": row})

    text = (tmp_path / "page.html").read_text()
    assert "joins &lt;fast&gt;" in text
    assert ">not met<" in text
    assert ">not measured<" in text
    assert "<svg" in text
