"""What was said before, from MongoDB."""
