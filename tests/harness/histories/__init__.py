"""What people saw and what the stores kept: what checkers judge. Times are seconds on one monotonic clock."""
