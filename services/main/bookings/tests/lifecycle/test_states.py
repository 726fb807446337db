"""The table of states says the same as its drawing, and leaves nothing open."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bookings.lifecycle.states import CANCELLED_STATES, STEPS, State, is_done, step_of
from bookings.tests.test_page import PAGE

pytestmark = pytest.mark.unit
_ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (customer|groomer), (.+?) \| `(\w+)` \|$", re.MULTILINE)
_ARROW = re.compile(r"^ +(\w+) --> (\w+): (\w+) (.+)$", re.MULTILINE)
# What an older release wrote without saying by whom.
OF_OLD = {State.CANCELLED_BY_SOMEBODY}


def _of_the_page(pattern: re.Pattern[str]) -> Iterator[tuple[str, ...]]:
    for found in pattern.finditer(PAGE.read_text(encoding="utf-8")):
        yield found.groups()


def test_the_page_s_table_is_the_program_s() -> None:
    written = {(before, act, by, when, after) for before, act, by, when, after in _of_the_page(_ROW)}

    assert written == {(step.before, step.act, step.by, step.when.value, step.after) for step in STEPS}


def test_the_page_s_drawing_has_the_same_arrows() -> None:
    drawn = {(before, after, by, act) for before, after, by, act in _of_the_page(_ARROW)}

    assert drawn == {(step.before, step.after, step.by, step.act) for step in STEPS}


def test_every_state_is_begun_in_or_led_to_and_those_that_are_over_lead_nowhere() -> None:
    led_to = {step.after for step in STEPS}
    lead_on = {step.before for step in STEPS}

    assert led_to | {State.CONFIRMED} | OF_OLD == set(State)
    assert lead_on == {State.CONFIRMED}


def test_one_act_of_one_side_leads_from_one_state_to_one_other() -> None:
    assert len({(step.act, step.by, step.before) for step in STEPS}) == len(STEPS)
    assert step_of("complete", by="customer", state=State.CONFIRMED) is None


def test_what_is_done_is_done_by_whomever() -> None:
    assert {state for state in State if is_done("cancel", state)} == CANCELLED_STATES
    assert {state for state in State if is_done("complete", state)} == {State.COMPLETED}
    assert {state for state in State if is_done("no-show", state)} == {State.NO_SHOW}
