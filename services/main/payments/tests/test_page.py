"""docs/payments.md says what is so."""

from __future__ import annotations

import re

import pytest

from bookings.tests.test_page import missing
from payments.states import PAYMENT_STEPS, REFUND_STEPS
from payments.tests.conftest import ROOT

pytestmark = pytest.mark.unit
PAGE = ROOT / "docs" / "payments.md"
_ARROW = re.compile(r"^ +(\w+) --> (\w+): (\w+)$", re.MULTILINE)


@pytest.mark.parametrize(("first", "steps"), [("begun", PAYMENT_STEPS), ("requested", REFUND_STEPS)])
def test_the_page_draws_the_states_as_they_are(first: str, steps: tuple[tuple[str, str, str], ...]) -> None:
    drawn = PAGE.read_text(encoding="utf-8").partition(f"--> {first}\n")[2].partition("```")[0]

    assert set(_ARROW.findall(drawn)) == {(str(before), str(after), act) for act, before, after in steps}


def test_every_test_that_the_page_names_is_there() -> None:
    assert missing(PAGE.read_text(encoding="utf-8")) == []
