"""What one stranger can do to each door, as fast as their machine lets them."""
