"""What a developer asks for: tests, checks, locks, a clean start."""
