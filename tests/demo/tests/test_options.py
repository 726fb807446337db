"""The demo refuses what could prove nothing."""

from __future__ import annotations

import pytest

from tests.demo.options import SCENARIOS, read_options

pytestmark = pytest.mark.unit


def test_it_plays_everything_unless_told_otherwise() -> None:
    options = read_options([])

    assert (options.customers, options.coupons, options.only) == (500, 100, frozenset(SCENARIOS))


@pytest.mark.parametrize(("customers", "coupons"), [(20, 5), (2_000, 400)])
def test_a_larger_crowd_has_more_to_win(customers: int, coupons: int) -> None:
    options = read_options(["--customers", str(customers)])

    assert (options.customers, options.coupons) == (customers, coupons)


@pytest.mark.parametrize(
    "words",
    [
        ["--customers", "109", "--coupons", "100"],
        ["--customers", "19"],
        ["--customers", "0"],
        ["--coupons", "0"],
        ["--customers", "many"],
        ["--only", "nothing"],
    ],
)
def test_a_drop_that_could_prove_nothing_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refusal:
        read_options(words)

    assert refusal.value.code == 2
    assert "error" in capsys.readouterr().err
