"""What photos are of: a salon's gallery, and one dog."""
