"""Everything that accounts does atomically in Redis: allow_try, count_attempt, uncount_attempt."""
