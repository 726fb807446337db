"""A booking that is moved to another time and stays the same booking."""
