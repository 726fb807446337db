"""Two zones from nothing, which all tests here share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.places import TWO_ZONES
from tests.faults.whole_system import Parts, WholeSystem, whole_system


@pytest.fixture(scope="session")
def system() -> Iterator[WholeSystem]:
    with whole_system(Parts(), TWO_ZONES) as system:
        yield system
