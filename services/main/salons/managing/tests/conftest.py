"""The salon that bookings are tested with."""

from __future__ import annotations

from bookings.tests.conftest import at_ten, groomer, tomorrow, treatment, wish

__all__ = ["at_ten", "groomer", "tomorrow", "treatment", "wish"]
