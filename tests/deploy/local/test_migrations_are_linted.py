"""`make check` finds a migration that the release before could not live with."""

from __future__ import annotations

from deploy.local.develop.checking import KNOWN_MIGRATIONS, LINT_MIGRATIONS, MAIN, NO_SERVER, Command


def test_a_table_that_goes_away_is_found() -> None:
    found = Command(LINT_MIGRATIONS, MAIN, NO_SERVER)()

    assert "DROPPING table (table: bookings_occupiedquarter)" in found


def test_what_is_known_and_has_its_reason_is_let_through() -> None:
    assert Command(LINT_MIGRATIONS + KNOWN_MIGRATIONS, MAIN, NO_SERVER)() == ""
