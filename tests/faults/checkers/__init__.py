"""What a history shows: pure, so the same history always gets the same verdict."""
