"""Everything that chat does atomically in Redis: begin_send."""
