"""What people are told of, in the list and by mail."""
