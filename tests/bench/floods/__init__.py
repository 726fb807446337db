"""What one stranger can do to each endpoint, as fast as their machine lets them."""
