"""What is done to a running system, through its front door, and what was seen while doing it."""
