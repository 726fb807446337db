"""Everything that the HTTP API does atomically in Redis: count_write."""
