"""Visits to a groomer: which time is free, who has it, and that nobody has it twice."""
