"""The steps of the one leader, each fenced by its term."""
