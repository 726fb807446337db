"""What people are told of the system, and the ways to tell them."""
