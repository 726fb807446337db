"""A Discord of our own, as a process: it takes and refuses what Discord does, and keeps what it was told."""
