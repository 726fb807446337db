"""A scenario that breaks off proves nothing, whatever it had found before."""

from __future__ import annotations

import pytest

from tests.demo.play import _judged
from tests.harness.statements import Statement

pytestmark = pytest.mark.unit


async def _finds() -> list[Statement]:
    return [Statement("all is well", holds=True, evidence="seen")]


async def _breaks_off() -> list[Statement]:
    raise ExceptionGroup("unhandled errors in a TaskGroup", [ConnectionResetError("the line went away")])


async def test_what_was_found_is_kept() -> None:
    result = await _judged("drop", _finds)

    assert result.holds


async def test_a_scenario_that_breaks_off_does_not_hold_and_says_why() -> None:
    result = await _judged("drop", _breaks_off)

    assert not result.holds
    assert result.broke_off == "ConnectionResetError: the line went away"
