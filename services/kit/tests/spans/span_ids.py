"""Ids that tests of spans have in common."""

ORDINARY = "0af7651916cd43dd" + "f" * 16
"""Outside of every share but the whole."""
SLOW_SECONDS = 0.05
