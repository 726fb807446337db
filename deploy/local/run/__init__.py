"""The programs of one profile, started in order, watched, and ended together."""
