"""WebSocket connections: bounded in, bounded out, counted by account and by network."""
