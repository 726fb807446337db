"""`make restore-drill`: a whole system is lost while people write to it, and comes back in an empty place."""
