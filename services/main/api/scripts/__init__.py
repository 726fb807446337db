"""Everything that the HTTP doors do atomically in Redis: count_write."""
