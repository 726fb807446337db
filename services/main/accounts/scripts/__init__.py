"""Everything that accounts does atomically in Redis: count_attempt."""
