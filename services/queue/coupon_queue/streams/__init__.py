"""Open streams: who hears what, and how they end."""
