"""What is done to a running system from outside, through nginx, and what was seen while doing it."""
