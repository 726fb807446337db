"""MySQL's part of a backup: a clone of the server, its binary logs, and carrying them out on the clone."""
