"""What the faults happen to: processes that may be killed, and groups of them."""
